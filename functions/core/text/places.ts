// Where in a picture something is, in words: a grid of three by three (as screen reader users are told places of things).
import type { Box } from '../facts/facts.ts';

/** Share of the picture, 0..1, from which a thing has no place in it any more. */
const FILLS = 0.6;

const COLUMNS = ['left', '', 'right'];
const ROWS = ['top', '', 'bottom'];
const CELLS = 3;

/** All places, in reading order. */
export const PLACES = [
  'across the picture',
  'at the top left',
  'at the top',
  'at the top right',
  'at the left',
  'in the middle',
  'at the right',
  'at the bottom left',
  'at the bottom',
  'at the bottom right',
] as const;

/** An entry of `PLACES`. */
export type Place = (typeof PLACES)[number];

const cellOf = (from: number, length: number): number => Math.max(0, Math.min(CELLS - 1, Math.floor((from + length / 2) * CELLS)));

/** The place of a box: that of its middle. */
export const placeOf = ([left, top, width, height]: Box): Place => {
  if (width * height >= FILLS) return 'across the picture';
  const words = [ROWS[cellOf(top, height)], COLUMNS[cellOf(left, width)]].filter((word) => word !== '').join(' ');
  return PLACES.find((place) => place === `at the ${words}`) ?? 'in the middle';
};
