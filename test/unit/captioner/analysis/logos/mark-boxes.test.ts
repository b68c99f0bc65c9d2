// Boxes of marks out of the detector's answer: thresholds, limits, and what says the same thing twice.
import { describe, expect, it } from 'vitest';
import { markBoxes, overlapOf } from '../../../../../functions/captioner/analysis/logos/mark-boxes.ts';

const rules = { atLeast: 0.2, most: 3, overlap: 0.5 };
const answer = (...rows: readonly (readonly [number, number, number, number, number])[]) => ({
  boxes: { data: Float32Array.from(rows.flatMap((row) => row.slice(0, 4))), dims: [rows.length, 4] },
  scores: { data: Float32Array.from(rows, (row) => row[4]), dims: [rows.length] },
});
const boxesOf = (...rows: readonly (readonly [number, number, number, number, number])[]) => {
  const { boxes, scores } = answer(...rows);
  return markBoxes(boxes, scores, rules);
};

describe('boxes of marks', () => {
  it('come the surest first, without those that are not sure enough', () => {
    const scores = boxesOf([0, 0, 0.2, 0.2, 0.3], [0.5, 0.5, 0.7, 0.7, 0.1], [0.8, 0.8, 1, 1, 0.9]).map(({ score }) => score);
    expect(scores.map((score) => score.toFixed(1))).toEqual(['0.9', '0.3']);
  });

  it('say the same thing once', () => {
    expect(boxesOf([0, 0, 0.4, 0.4, 0.9], [0.02, 0, 0.42, 0.4, 0.8], [0.3, 0.3, 0.7, 0.7, 0.7])).toHaveLength(2);
  });

  it('are never more than the rules allow', () => {
    const rows = [0, 1, 2, 3, 4].map((i) => [i * 0.2, 0, i * 0.2 + 0.1, 0.1, 0.9] as const);
    expect(boxesOf(...rows)).toHaveLength(3);
  });

  it('are cut at the edges of the picture, and dropped when nothing is left', () => {
    expect(boxesOf([-0.5, -0.5, 0.5, 0.5, 0.9], [1.1, 0, 1.4, 1, 0.8])).toEqual([
      { left: 0, top: 0, right: 0.5, bottom: 0.5, score: expect.closeTo(0.9) },
    ]);
  });

  it('need float32 from the graph', () => {
    const { boxes } = answer([0, 0, 1, 1, 1]);
    expect(() => markBoxes(boxes, undefined, rules)).toThrow('Expected float32 for output scores');
  });
});

describe('the overlap of boxes', () => {
  const box = { left: 0, top: 0, right: 0.5, bottom: 1 };

  it('is what both share of what either covers', () => {
    expect(overlapOf(box, { left: 0.25, top: 0, right: 0.75, bottom: 1 })).toBeCloseTo(1 / 3);
    expect(overlapOf(box, box)).toBe(1);
    expect(overlapOf(box, { left: 0.6, top: 0, right: 0.75, bottom: 1 })).toBe(0);
  });

  it('is none between boxes without area', () => {
    const nothing = { left: 0.1, top: 0.1, right: 0.1, bottom: 0.1 };
    expect(overlapOf(nothing, nothing)).toBe(0);
  });
});
