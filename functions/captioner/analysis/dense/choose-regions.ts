// Which parts of a picture are worth a sentence of their own: the largest things that were found, each its own part of the picture. What
// fills nearly all of it is what the caption says already, and what is small is a blur once it is enlarged for the captioner.
import { areaOf, sharedArea } from '../../../core/facts/box-area.ts';
import type { Box, FoundObject } from '../../../core/facts/facts.ts';

/** Most parts that get a sentence; each costs a whole caption. */
export const MAX_DENSE = 4;

/** Shares of the picture's area that a thing may have. */
const LEAST_AREA = 0.04;
const MOST_AREA = 0.7;

/** Shortest side of a thing in the file, px. */
const LEAST_SIDE_PX = 96;

/** Two things are one part of the picture when they share more than this of the smaller one (a rider and the horse). */
const MOST_SHARED = 0.5;

/** Surer than this that the thing is there; things without a confidence are. */
const LEAST_CONFIDENCE = 0.4;

/** What is added around a thing on each side, as a share of its size: captions need the surroundings. */
const MARGIN = 0.1;

const overlaps = (a: Box, b: Box): boolean => sharedArea(a, b) > MOST_SHARED * Math.min(areaOf(a), areaOf(b));

/** A span with a margin, cut to 0..1. */
const widened = (from: number, length: number): [number, number] => {
  const begin = Math.max(0, from - MARGIN * length);
  return [begin, Math.min(1, from + length * (1 + MARGIN)) - begin];
};

const withMargin = ([left, top, width, height]: Box): Box => {
  const [x, wide] = widened(left, width);
  const [y, high] = widened(top, height);
  return [x, y, wide, high];
};

/**
 * The parts to caption, largest first, at most `MAX_DENSE`; each is a thing's box with a margin.
 * @param size of the file in px
 */
export const chooseRegions = (objects: readonly FoundObject[], size: { width: number; height: number }): Box[] => {
  const worth = ({ box, confidence }: FoundObject): boolean => {
    const area = areaOf(box);
    const side = Math.min(box[2] * size.width, box[3] * size.height);
    return area >= LEAST_AREA && area <= MOST_AREA && side >= LEAST_SIDE_PX && (confidence ?? 1) >= LEAST_CONFIDENCE;
  };
  const boxes = objects.filter(worth).map(({ box }) => box);
  const kept: Box[] = [];
  for (const box of boxes.toSorted((a, b) => areaOf(b) - areaOf(a)))
    if (kept.length < MAX_DENSE && !kept.some((other) => overlaps(box, other))) kept.push(box);
  return kept.map(withMargin);
};
