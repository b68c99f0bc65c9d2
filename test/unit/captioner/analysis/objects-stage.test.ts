// What the objects stage makes of its graph: the pixels it is fed, labels, boxes, names and the number of people.
import { describe, expect, it } from 'vitest';
import { countPeople, type PersonBox } from '../../../../functions/captioner/analysis/objects/count-people.ts';
import { curveAt } from '../../../../functions/captioner/analysis/objects/curve.ts';
import { objectsStage } from '../../../../functions/captioner/analysis/objects/objects-stage.ts';
import { squarePlanes } from '../../../../functions/captioner/analysis/objects/square.ts';
import type { StageInput } from '../../../../functions/captioner/analysis/stage.ts';
import type { StagePackage } from '../../../../functions/captioner/analysis/stage-package.ts';
import type { Feeds, Output } from '../../../../functions/captioner/graphs.ts';
import { PackageRefused } from '../../../../functions/core/errors.ts';
import { fakeStagePackage } from '../../../support/fake-stage-package.ts';

const SETTINGS = {
  side: 32,
  filter: 'bilinear',
  classes: ['person', 'dog', 't-shirt'],
  products: 2,
  confidence: { scale: 1, shift: 0 },
  objectAt: 0.5,
  people: { scale: 1, shift: 0, size: 0, behind: 0, company: 0, most: 5 },
  peopleExact: [
    [0, 0.9],
    [1, 0.8],
    [3, 0.6],
  ],
  namedAt: 0.5,
};

const floats = (values: readonly number[], ...dims: number[]): Output => ({ data: Float32Array.from(values), dims });
const integers = (values: readonly number[]): Output => ({ data: BigInt64Array.from(values, BigInt), dims: [values.length] });

const answer = (scores: number[], labels: number[]): Record<string, Output> => ({
  boxes: floats(
    scores.flatMap((_, i) => [0.1 * i, 0.2, 0.3, 0.4]),
    scores.length,
    4,
  ),
  scores: floats(scores, scores.length),
  labels: integers(labels),
  tags: floats([0.95, 0.25, 0], 3),
});

const packageOf = (heard: Record<string, Output>, settings: unknown = SETTINGS, fed: Feeds[] = []): StagePackage =>
  fakeStagePackage('objects', {
    settings,
    runs: {
      objects: async (feeds) => {
        fed.push(feeds);
        return heard;
      },
    },
  });

const INPUT: StageInput = {
  pixels: { data: Uint8Array.of(255, 0, 10, 255, 0, 20), width: 2, height: 1 },
  size: { width: 2, height: 1 },
  encoding: { hasAlpha: false },
  found: {},
};

const factsOf = (heard: Record<string, Output>, settings?: unknown) => objectsStage(packageOf(heard, settings)).run(INPUT);

describe('the objects stage', () => {
  it('feeds the whole picture, stretched to the square', async () => {
    const fed: Feeds[] = [];
    const stage = objectsStage(packageOf(answer([], []), SETTINGS, fed));
    expect(stage).toMatchObject({ stage: 'objects', by: 'fake-objects@1' });
    expect(await stage.run(INPUT)).toEqual({ objects: [], people: { count: 0, confidence: 0.9 } });
    expect(fed).toEqual([{ image: { data: squarePlanes(INPUT.pixels, 32, 'bilinear'), dims: [1, 3, 32, 32] } }]);
  });

  it('tells what is sure enough, with its box and how probable it is that people name it', async () => {
    expect((await factsOf(answer([0.9, 0.6, 0.6, 0.3], [1, 0, 2, 1]))).objects).toEqual([
      { label: 'dog', confidence: 0.9, box: [0, 0.2, 0.3, 0.4], named: 0.25 },
      { label: 'person', confidence: 0.6, box: [0.1, 0.2, 0.3, 0.4], named: 0.95 },
      { label: 't-shirt', confidence: 0.6, box: [0.2, 0.2, 0.3, 0.4] },
    ]);
  });

  it('counts people by what each box is worth, with what counts of that size are worth', async () => {
    expect((await factsOf(answer([0.9, 0.3, 0.3, 0.8], [0, 0, 0, 1]))).people).toEqual({ count: 2, confidence: 0.8 });
    expect((await factsOf(answer([0.9, 0.8, 0.7, 0.7, 0.5], [0, 0, 0, 0, 0]))).people).toEqual({ count: 4, confidence: 0.6 });
    expect((await factsOf(answer([0.3], [0]))).people).toEqual({ count: 0, confidence: 0.9 });
  });

  it('says of the most that it counts that there may be more', async () => {
    const many = Array.from({ length: 8 }, () => 0.9);
    expect(
      (
        await factsOf(
          answer(
            many,
            many.map(() => 0),
          ),
        )
      ).people,
    ).toEqual({ count: 5, confidence: 0.6, orMore: true });
  });

  it('fails when the graph answers what cannot be', async () => {
    const good = answer([0.9], [1]);
    await expect(factsOf({ ...good, boxes: floats([0, 0], 1, 2) })).rejects.toThrow('Expected 1 boxes and labels and 3 tags');
    await expect(factsOf({ ...good, labels: integers([]) })).rejects.toThrow(RangeError);
    await expect(factsOf({ ...good, tags: floats([], 0) })).rejects.toThrow(RangeError);
    await expect(factsOf({ ...good, labels: integers([7]) })).rejects.toThrow('Expected a label below 3 but received 7');
    await expect(factsOf({ ...good, scores: integers([1]) })).rejects.toThrow('Expected float32 for output scores');
  });

  it('refuses settings that it cannot use', () => {
    expect(() => objectsStage(packageOf({}, { ...SETTINGS, peopleExact: [[1, 0.5]] }))).toThrow(PackageRefused);
    expect(() => objectsStage(packageOf({}, { ...SETTINGS, side: 5000 }))).toThrow(/side/);
  });
});

describe('the number of people', () => {
  const plain = { scale: 1, shift: 0, size: 0, behind: 0, company: 0, most: 13 };
  const one: PersonBox = { box: [0, 0, 0.4, 0.4], score: 0.5 };
  const inside: PersonBox = { box: [0.1, 0.1, 0.2, 0.2], score: 0.5 };
  const beside: PersonBox = { box: [0.6, 0.6, 0.2, 0.2], score: 0.5 };

  it('counts a box less that lies within a surer one', () => {
    const curve = { ...plain, shift: 5, behind: -15 };
    expect(countPeople([one, inside], curve)).toBe(1);
    expect(countPeople([inside, one], curve)).toBe(2);
    expect(countPeople([one, beside], curve)).toBe(2);
  });

  it('weighs sizes and company', () => {
    expect(countPeople([one, beside], { ...plain, shift: -12, size: -10 })).toBe(1);
    expect(countPeople([one, beside], { ...plain, shift: -7, company: 20 })).toBe(2);
    expect(countPeople([one], { ...plain, shift: -9, company: 20 })).toBe(0);
  });

  it('counts no further than people do, and nobody where there is none', () => {
    expect(countPeople(Array(40).fill({ ...beside, score: 0.99 }), plain)).toBe(13);
    expect(countPeople([], plain)).toBe(0);
  });
});

describe('the confidence of a score', () => {
  it('is the fitted curve, finite at the ends', () => {
    expect(curveAt(0.7, { scale: 1, shift: 0 })).toBeCloseTo(0.7);
    expect(curveAt(0.5, { scale: 2, shift: 1 })).toBeCloseTo(1 / (1 + Math.exp(-1)));
    expect(curveAt(0, { scale: 1, shift: 0 })).toBeCloseTo(1e-4);
    expect(curveAt(1, { scale: 1, shift: 0 })).toBeCloseTo(1 - 1e-4);
  });
});

describe('the square', () => {
  it('has the colours as planes, as they are', () => {
    const flat = { data: Uint8Array.from([1, 2, 3, 1, 2, 3]), width: 2, height: 1 };
    expect([...squarePlanes(flat, 2, 'bilinear')]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  });

  it('refuses pixels that do not fit their size', () => {
    expect(() => squarePlanes({ data: new Uint8Array(5), width: 2, height: 2 }, 2, 'bilinear')).toThrow(RangeError);
  });
});
