// Measured colours against those that things were made with: flat swatches and shaded, grainy silhouettes on white, in a studio and in a busy
// place, all as JPEG. The limits are those of the issue: delta E (CIEDE2000) <= 6 in the median, the name right for 95 %.
import { describe, expect, it } from 'vitest';
import { coloursOf, coloursStage } from '../../../../../functions/captioner/analysis/colours/colours-stage.ts';
import { labOfHex, labOfRgb, type Rgb, rgbOfLab } from '../../../../../functions/core/facts/colour-space.ts';
import { deltaE2000 } from '../../../../../functions/core/facts/delta-e.ts';
import type { FoundObject } from '../../../../../functions/core/facts/facts.ts';
import { PALETTE } from '../../../../../functions/core/facts/palette.ts';
import { randomFrom } from '../../../../support/random.ts';
import { drawn, filled, WHITE } from '../../../../support/raw-pictures.ts';
import { type Finish, type Place, swatch, THING_BOX } from '../../../../support/swatches.ts';

const MEDIAN_DELTA = 6;
const NAMES_RIGHT = 0.95;
/** Examples of each name; test/bench/measures.ts takes all, in every place and finish. */
const EXAMPLES = 1;

const CASES: { place: Place; finish: Finish }[] = [
  { place: 'white', finish: 'cloth' },
  { place: 'street', finish: 'flat' },
];

const thing: FoundObject = { label: 'thing', confidence: 0.9, box: THING_BOX };

const names = (colours: readonly { name: string }[]): string[] => colours.map(({ name }) => name);

describe('the colour of things', () => {
  it.each(CASES)('is measured and named right: $place, $finish', async ({ place, finish }) => {
    const random = randomFrom(11);
    const deltas: number[] = [];
    let right = 0;
    for (const { name, examples } of PALETTE) {
      for (const hex of examples.slice(0, EXAMPLES)) {
        const pixels = await swatch(rgbOfLab(labOfHex(hex)), place, finish, random);
        const [first] = coloursOf({ pixels, found: place === 'street' ? { objects: [thing] } : {} });
        deltas.push(deltaE2000(first?.lab ?? [0, 0, 0], labOfHex(hex)));
        if (first?.name === name) right += 1;
      }
    }
    const sorted = deltas.toSorted((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MEDIAN_DELTA);
    expect(right / sorted.length).toBeGreaterThanOrEqual(NAMES_RIGHT);
  });

  it('has the share of each part, largest first, without the background', () => {
    const red: Rgb = [196, 16, 30];
    const navy: Rgb = [20, 35, 79];
    const picture = drawn(400, 400, (x, y) => (x < 100 || x >= 300 || y < 100 || y >= 300 ? WHITE : y < 240 ? red : navy));
    const colours = coloursOf({ pixels: picture, found: {} });
    expect(names(colours)).toEqual(['red', 'navy']);
    expect(colours[0]?.share).toBeCloseTo(0.7, 1);
    expect(colours[1]?.share).toBeCloseTo(0.3, 1);
    expect(colours[0]?.hex).toBe('#c4101e');
    expect(deltaE2000(colours[0]?.lab ?? [0, 0, 0], labOfRgb(...red))).toBeLessThan(1);
  });

  it('is one where light and shadow make it many, and leaves out what is hardly there', () => {
    const fold = drawn(300, 300, (x, y) => {
      if (x < 40 || y < 40 || x >= 260 || y >= 260) return WHITE;
      if (x > 100 && x < 112 && y > 100 && y < 160) return [250, 220, 20];
      const light = 0.75 + 0.25 * Math.abs(Math.sin(x / 20));
      return [Math.round(30 * light), Math.round(110 * light), Math.round(190 * light)];
    });
    expect(names(coloursOf({ pixels: fold, found: {} }))).toEqual(['blue']);
  });

  it('is that of found objects in a busy place, of thin things with their rims, and of all where there is nothing else', () => {
    const busy = drawn(256, 256, (x, y) =>
      x > 64 && x < 192 && y > 64 && y < 192 ? [20, 160, 60] : [(x * 97) % 256, (y * 53) % 256, (x * y) % 256],
    );
    const box = [0.25, 0.25, 0.5, 0.5] as const;
    expect(names(coloursOf({ pixels: busy, found: { objects: [{ label: 'ball', box }] } }))).toEqual(['green']);
    expect(names(coloursOf({ pixels: busy, found: {} })).length).toBeGreaterThan(2);
    expect(coloursOf({ pixels: { ...busy }, found: { objects: [{ label: 'dot', box: [0.5, 0.5, 0, 0] }] } })).toEqual(
      coloursOf({ pixels: busy, found: {} }),
    );
    const thin = drawn(256, 256, (x, y) => (x === 128 && y > 40 && y < 200 ? [200, 20, 20] : WHITE));
    expect(names(coloursOf({ pixels: thin, found: {} }))).toEqual(['red']);
    expect(coloursOf({ pixels: filled(30, 20, [255, 255, 255]), found: { objects: [{ label: 'x', box }] } })).toEqual([
      { name: 'white', share: 1, hex: '#ffffff', lab: [100, 0, 0] },
    ]);
  });

  it('is never more than six, with shares that are no more than all', () => {
    const stripes: readonly Rgb[] = PALETTE.map(({ examples }) => rgbOfLab(labOfHex(examples[0] ?? '')));
    const colours = coloursOf({ pixels: drawn(240, 240, (x) => stripes[Math.floor(x / 8)] ?? WHITE), found: {} });
    expect(colours.length).toBeLessThanOrEqual(6);
    expect(colours.length).toBeGreaterThan(3);
    expect(colours.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1);
    expect(new Set(names(colours)).size).toBe(colours.length);
  });

  it('comes from the stage, under its name and version', async () => {
    const stage = coloursStage();
    expect([stage.stage, stage.by]).toEqual(['colours', 'colours@1']);
    const pixels = filled(8, 8, [0, 0, 0]);
    const input = { pixels, size: { width: 8, height: 8 }, encoding: { hasAlpha: false }, found: {} };
    expect(await stage.run(input)).toEqual({ colours: coloursOf(input) });
  });
});
