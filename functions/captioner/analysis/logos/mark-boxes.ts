// What the detector of marks says -> boxes that do not say the same thing twice.
import { floatsOf, type Output } from '../../graphs.ts';

/** Corners of a box in fractions of the picture's sides, within 0..1. */
export type Corners = { left: number; top: number; right: number; bottom: number };

/** A box that may hold a mark. */
export type MarkBox = Corners & { score: number };

/** Which boxes are kept: from which score on, how many at most, and from which intersection over union two are one. */
export type BoxRules = { atLeast: number; most: number; overlap: number };

const within = (value: number): number => Math.min(1, Math.max(0, value));

const areaOf = ({ left, top, right, bottom }: Corners): number => Math.max(0, right - left) * Math.max(0, bottom - top);

/** Intersection over union. */
export const overlapOf = (a: Corners, b: Corners): number => {
  const both = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const all = areaOf(a) + areaOf(b) - both;
  return all > 0 ? both / all : 0;
};

const boxesOf = (corners: Float32Array, scores: Float32Array): MarkBox[] =>
  Array.from(scores, (score, i) => {
    const [left = 0, top = 0, right = 0, bottom = 0] = Array.from(corners.subarray(i * 4, i * 4 + 4), within);
    return { left, top, right, bottom, score };
  });

/**
 * Greedy suppression of what overlaps a surer box.
 * @param boxes float32 [n, 4] left, top, right, bottom in fractions
 * @param scores float32 [n]
 * @throws TypeError when an output holds no float32
 */
export const markBoxes = (boxes: Output | undefined, scores: Output | undefined, { atLeast, most, overlap }: BoxRules): MarkBox[] => {
  const found = boxesOf(floatsOf(boxes, 'boxes'), floatsOf(scores, 'scores'));
  const likely = found.filter((box) => box.score >= atLeast && areaOf(box) > 0).toSorted((a, b) => b.score - a.score);
  const kept: MarkBox[] = [];
  for (const box of likely) {
    if (kept.length >= most) break;
    if (kept.every((other) => overlapOf(box, other) <= overlap)) kept.push(box);
  }
  return kept;
};
