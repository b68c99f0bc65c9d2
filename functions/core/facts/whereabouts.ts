// Where a thing is and how large, in plain words. Thirds of the sides as in photography's rule of thirds; sizes by share of the area as
// COCO's small and large are, but of the whole picture instead of px.
import type { Box } from './facts.ts';

const THIRD = 1 / 3;

/** A side that is longer than this reaches across: then only the other side tells where the thing is. */
const ACROSS = 0.8;

/** Shares of the picture's area from which a thing has that size, the largest first. */
const SIZES = [
  [0.6, 'fills the picture'],
  [0.25, 'large'],
  [0.05, 'medium'],
  [0, 'small'],
] as const;

/** An entry of `SIZES`. */
export type SizeWord = (typeof SIZES)[number][1];

type Words = readonly [first: string, middle: string, last: string];

const thirdOf = (from: number, length: number, [first, middle, last]: Words): string => {
  const centre = from + length / 2;
  if (length > ACROSS) return middle;
  if (centre < THIRD) return first;
  return centre > 1 - THIRD ? last : middle;
};

/** "upper left", "left", "centre", "bottom" ... of the picture, by the box's middle. */
export const placeOf = ([left, top, width, height]: Box): string => {
  const across = thirdOf(left, width, ['left', '', 'right']);
  const down = thirdOf(top, height, ['top', '', 'bottom']);
  if (across === '') return down || 'centre';
  if (down === '') return across;
  return `${down === 'top' ? 'upper' : 'lower'} ${across}`;
};

/** How large a thing is in the picture. */
export const sizeOf = ([, , width, height]: Box): SizeWord => SIZES.find(([share]) => width * height >= share)?.[1] ?? 'small';
