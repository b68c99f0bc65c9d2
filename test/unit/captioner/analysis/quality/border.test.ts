// Frames and bars of known widths, and white space that is none. Tolerance: 2 px of 400 (0.5 % of the side), also after JPEG.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { borderOf } from '../../../../../functions/captioner/analysis/quality/border.ts';
import type { AnalysisPixels } from '../../../../../functions/captioner/analysis/stage.ts';
import type { Rgb } from '../../../../../functions/core/facts/colour-space.ts';
import { drawn, filled, WHITE } from '../../../../support/raw-pictures.ts';

const SIDE = 400;
const TOLERANCE = 2 / SIDE;

/** Something to see everywhere. */
const scene = (x: number, y: number): Rgb => [60 + ((x * 3) % 120), 90 + ((y * 5) % 100), 40 + (((x + y) * 2) % 150)];

const framed = (colour: Rgb, left: number, top: number, right: number, bottom: number): AnalysisPixels =>
  drawn(SIDE, SIDE, (x, y) => (x < left || y < top || x >= SIDE - right || y >= SIDE - bottom ? colour : scene(x, y)));

const asJpeg = async ({ data, width, height }: AnalysisPixels): Promise<AnalysisPixels> => {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
  return { data: await sharp(jpeg).raw().toBuffer(), width, height };
};

const product = (ground: Rgb): AnalysisPixels =>
  drawn(SIDE, SIDE, (x, y) => (x > 120 && x < 280 && y > 90 && y < 330 ? [150, 30, 30] : ground));

const CASES: readonly (readonly [string, AnalysisPixels, readonly [number, number, number, number]])[] = [
  ['a black frame', framed([0, 0, 0], 20, 20, 20, 20), [0.05, 0.05, 0.05, 0.05]],
  ['a white frame', framed(WHITE, 12, 12, 12, 12), [0.03, 0.03, 0.03, 0.03]],
  ['a coloured frame, wider below', framed([180, 30, 120], 8, 8, 8, 60), [0.02, 0.02, 0.02, 0.15]],
  ['bars above and below', framed([0, 0, 0], 0, 50, 0, 50), [0, 0.125, 0, 0.125]],
  ['a bar at the left', framed([16, 16, 16], 80, 0, 0, 0), [0.2, 0, 0, 0]],
  ['no frame', framed(WHITE, 0, 0, 0, 0), [0, 0, 0, 0]],
  ['a product on white', product(WHITE), [0, 0, 0, 0]],
  ['a product on grey', product([200, 200, 200]), [0, 0, 0, 0]],
  ['one colour', filled(SIDE, SIDE, [90, 120, 30]), [0, 0, 0, 0]],
];

describe('the borders of a picture', () => {
  it.each(CASES)('%s', async (_, picture, expected) => {
    for (const pixels of [picture, await asJpeg(picture)]) {
      borderOf(pixels).forEach((width, i) => {
        expect(Math.abs(width - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(TOLERANCE);
      });
    }
  });

  it('are those of a thin frame around a product on white', () => {
    const picture = drawn(SIDE, SIDE, (x, y) => {
      if (Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y) < 6) return [120, 120, 120];
      return x > 150 && x < 250 && y > 150 && y < 250 ? [20, 90, 160] : WHITE;
    });
    expect(borderOf(picture)).toEqual([0.015, 0.015, 0.015, 0.015]);
  });

  it('are none where the light falls off towards the rim', () => {
    const fall = drawn(SIDE, SIDE, (x, y) => {
      const grey = 250 - Math.round(Math.hypot(x - 200, y - 200) / 4);
      return [grey, grey, grey];
    });
    expect(borderOf(fall)).toEqual([0, 0, 0, 0]);
  });

  it('are measured of pictures of one line, too', () => {
    expect(borderOf(drawn(300, 1, (x) => (x < 30 ? [0, 0, 0] : [200, 200, 20])))).toEqual([0.1, 0, 0, 0]);
  });
});
