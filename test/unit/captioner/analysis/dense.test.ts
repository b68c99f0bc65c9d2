// Which parts of a picture get a sentence of their own, and what comes of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRegions, MAX_DENSE } from '../../../../functions/captioner/analysis/dense/choose-regions.ts';
import { cropPixels } from '../../../../functions/captioner/analysis/dense/crop.ts';
import { denseStage } from '../../../../functions/captioner/analysis/dense/dense-stage.ts';
import type { Caption } from '../../../../functions/core/caption.ts';
import type { Box, FoundObject } from '../../../../functions/core/facts/facts.ts';

const SIZE = { width: 1000, height: 800 };
const thing = (box: Box, confidence?: number): FoundObject => ({ label: 'thing', box, ...(confidence !== undefined && { confidence }) });
const rounded = (boxes: readonly Box[]): number[][] => boxes.map((box) => box.map((n) => Math.round(n * 1000) / 1000));

describe('parts worth a sentence', () => {
  it('are the largest first, each with a margin that stays within the picture', () => {
    expect(rounded(chooseRegions([thing([0.6, 0.6, 0.2, 0.2]), thing([0, 0, 0.5, 0.5])], SIZE))).toEqual([
      [0, 0, 0.55, 0.55],
      [0.58, 0.58, 0.24, 0.24],
    ]);
  });

  it.each<[string, FoundObject]>([
    ['is nearly the whole picture', thing([0, 0, 0.9, 0.8])],
    ['is a small share of the picture', thing([0, 0, 0.19, 0.2])],
    ['may not be there', thing([0, 0, 0.5, 0.5], 0.39)],
    ['is narrow', thing([0, 0, 0.09, 0.9])],
  ])('leave out what %s', (_, object) => {
    expect(chooseRegions([object], SIZE)).toEqual([]);
  });

  it('count the narrow side in px of the file', () => {
    expect(chooseRegions([thing([0, 0, 0.09, 0.9])], { width: 2000, height: 1600 })).toHaveLength(1);
  });

  it('count a rider and the horse once, and neighbours twice', () => {
    const [horse, rider, neighbour] = [thing([0.2, 0.4, 0.5, 0.5]), thing([0.35, 0.2, 0.2, 0.45]), thing([0.6, 0.4, 0.3, 0.5])];
    expect(chooseRegions([rider, horse], SIZE)).toHaveLength(1);
    expect(chooseRegions([horse, neighbour], SIZE)).toHaveLength(2);
  });

  it('are few, within the picture, and do not depend on the order of the things', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const object = fc
      .tuple(fraction, fraction, fraction, fraction)
      .map(([left, top, right, low]) => thing([left, top, (1 - left) * right, (1 - top) * low]));
    fc.assert(
      fc.property(fc.uniqueArray(object, { selector: ({ box }) => box[2] * box[3], maxLength: 30 }), (objects) => {
        const boxes = chooseRegions(objects, { width: 4000, height: 3000 });
        expect(boxes.length).toBeLessThanOrEqual(MAX_DENSE);
        for (const [left, top, width, height] of boxes) {
          expect(Math.min(left, top, width, height)).toBeGreaterThanOrEqual(0);
          expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(chooseRegions(objects.toReversed(), { width: 4000, height: 3000 })).toEqual(boxes);
      }),
    );
  });
});

/** Each pixel tells its place: red is x, green is y. */
const pixels = {
  width: 10,
  height: 8,
  data: Uint8Array.from({ length: 10 * 8 * 3 }, (_, i) => [Math.floor(i / 3) % 10, Math.floor(i / 30), 7][i % 3] ?? 0),
};

describe('cutting out', () => {
  it('takes the pixels within a box', () => {
    const crop = cropPixels(pixels, [0.2, 0.5, 0.3, 0.25]);
    expect(crop).toMatchObject({ width: 3, height: 2 });
    expect([...crop.data]).toEqual([2, 4, 7, 3, 4, 7, 4, 4, 7, 2, 5, 7, 3, 5, 7, 4, 5, 7]);
  });

  it('gives at least one pixel and never more than there are', () => {
    expect(cropPixels(pixels, [1, 1, 0, 0])).toEqual({ width: 1, height: 1, data: Uint8Array.from([9, 7, 7]) });
    expect(cropPixels(pixels, [0, 0, 1, 1])).toEqual(pixels);
  });
});

const said = (text: string, more: object = {}): Caption => ({
  status: 'captioned',
  text,
  plain: text,
  confidence: 0.7,
  features: {},
  nBest: [],
  words: [],
  generalised: [],
  model: 'm@1',
  style: 'alt',
  ms: { decode: 0, encode: 0, steps: 0 },
  ...more,
});
const silent: Caption = { ...said(''), status: 'abstained', reason: 'LOW_CONFIDENCE', sure: [] };

const quarters = ([0, 0.5] as const).flatMap((top) =>
  ([0, 0.5] as const).map((left) => thing([left, top, 0.4 - top / 10 - left / 20, 0.4])),
);
const runOn = (captions: Caption[], objects: FoundObject[] | undefined = quarters) => {
  const asked: number[] = [];
  const caption = (crops: readonly unknown[]): Promise<Caption[]> => {
    asked.push(crops.length);
    return Promise.resolve(captions);
  };
  const stage = denseStage({ by: 'm@1', caption });
  const input = {
    pixels,
    size: { width: 4000, height: 3000 },
    encoding: { hasAlpha: false },
    found: objects === undefined ? {} : { objects },
  };
  return { asked, stage, found: stage.run(input) };
};

describe('dense captions', () => {
  it('say what the captioner says about each part, with its box, and keep quiet where it does', async () => {
    const { found, asked, stage } = runOn([said('A red bag.'), silent, said('A shoe.', { calibrated: false }), silent]);
    expect(await found).toEqual({
      dense: [
        { text: 'A red bag.', confidence: 0.7, box: [0, 0, 0.44000000000000006, 0.44000000000000006] },
        { text: 'A shoe.', confidence: 0.7, calibrated: false, box: expect.anything() },
      ],
    });
    expect(asked).toEqual([4]);
    expect(stage).toMatchObject({ stage: 'dense', by: 'm@1' });
  });

  it('say the same sentence once, of the largest part', async () => {
    const { dense } = await runOn([said('A bag.'), said('A bag.'), said('A shoe.'), said('A bag.')]).found;
    expect(dense?.map(({ text }) => text)).toEqual(['A bag.', 'A shoe.']);
  });

  it('ask nothing where nothing was found or objects are unknown', async () => {
    for (const objects of [[], [thing([0, 0, 0.1, 0.1])]]) {
      const { found, asked } = runOn([], objects);
      expect(await found).toEqual({ dense: [] });
      expect(asked).toEqual([]);
    }
    const stage = denseStage({ by: 'm@1', caption: () => Promise.reject(new Error('asked')) });
    const unknown = { pixels, size: SIZE, encoding: { hasAlpha: false }, found: {} };
    expect(await stage.run(unknown)).toEqual({ dense: [] });
  });

  it('pass on that the captioner failed', async () => {
    const stage = denseStage({ by: 'm@1', caption: () => Promise.reject(new Error('no memory')) });
    const input = { pixels, size: { width: 4000, height: 3000 }, encoding: { hasAlpha: false }, found: { objects: quarters } };
    await expect(stage.run(input)).rejects.toThrow('no memory');
  });
});
