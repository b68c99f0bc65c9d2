// Areas of boxes, as shares of the picture.
import type { Box } from './facts.ts';

/** The area of a box, 0..1; 0 where it has none. */
export const areaOf = ([, , width, height]: Box): number => Math.max(0, width) * Math.max(0, height);

const sharedLength = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);

/** The area that two boxes share, 0..1. */
export const sharedArea = ([left, top, width, height]: Box, [x, y, w, h]: Box): number =>
  areaOf([0, 0, sharedLength(left, width, x, w), sharedLength(top, height, y, h)]);
