// Faint tiled words over pictures, and the same pictures without them.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lumaOf } from '../../../../../functions/captioner/analysis/quality/luma.ts';
import { watermarkOf } from '../../../../../functions/captioner/analysis/quality/watermark.ts';
import type { AnalysisPixels } from '../../../../../functions/captioner/analysis/stage.ts';
import { randomFrom } from '../../../../support/random.ts';
import { drawn, filled, WHITE } from '../../../../support/raw-pictures.ts';

/** From here on publishing rules may call a picture suspect; docs/colours.md has the figures on photos. */
const SUSPECT = 0.3;

const SIDE = 800;

const tiled = (opacity: number, tile: number, turn: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><pattern id="p" width="${tile}" height="${tile * 0.6}" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})"><text x="8" y="${tile * 0.35}" font-family="sans-serif" font-weight="bold" font-size="${tile / 5}" fill="#777" opacity="${opacity}">SAMPLE</text></pattern><rect width="100%" height="100%" fill="url(#p)"/></svg>`,
  );

const marked = async ({ data, width, height }: AnalysisPixels, overlay: Buffer): Promise<AnalysisPixels> => {
  const laid = await sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: overlay }])
    .jpeg({ quality: 88 })
    .toBuffer();
  return { data: await sharp(laid).removeAlpha().raw().toBuffer(), width, height };
};

const random = randomFrom(3);
const grain = (): number => (random() - 0.5) * 8;

const PICTURES: readonly (readonly [string, AnalysisPixels])[] = [
  ['a product on white', drawn(SIDE, SIDE, (x, y) => (Math.hypot(x - 400, y - 400) < 230 ? [160, 40, 60 + Math.round(y / 10)] : WHITE))],
  ['a fall of light', drawn(SIDE, SIDE, (x, y) => [60 + Math.round(x / 8), 90 + Math.round(y / 10), 120])],
  [
    'soft shapes with grain',
    drawn(SIDE, SIDE, (x, y) => {
      const value = Math.round(128 + 60 * Math.sin(x / 90) * Math.cos(y / 70) + grain());
      return [value, value, Math.min(255, value + 20)];
    }),
  ],
];

const MARKS = [
  { opacity: 0.2, tile: 180, turn: -30 },
  { opacity: 0.3, tile: 140, turn: -45 },
  { opacity: 0.35, tile: 220, turn: 0 },
];

describe('the suspicion of a watermark', () => {
  it.each(PICTURES)('is there for faint tiled words on %s, and not without', async (_, picture) => {
    expect(watermarkOf(lumaOf(picture))).toBeLessThan(SUSPECT / 2);
    for (const { opacity, tile, turn } of MARKS) {
      expect(watermarkOf(lumaOf(await marked(picture, tiled(opacity, tile, turn))))).toBeGreaterThan(SUSPECT);
    }
  });

  it('is none for one colour, grain and tiny pictures', () => {
    expect(watermarkOf(lumaOf(filled(300, 200, WHITE)))).toBe(0);
    expect(
      watermarkOf(lumaOf(drawn(300, 300, () => [128 + grain(), 128 + grain(), 128 + grain()].map(Math.round) as [number, number, number]))),
    ).toBe(0);
    expect(watermarkOf(lumaOf(filled(1, 1, WHITE)))).toBe(0);
    expect(watermarkOf(lumaOf(drawn(2, 900, (_, y) => [y % 256, 0, 0])))).toBeLessThan(SUSPECT);
  });
});
