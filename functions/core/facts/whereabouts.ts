// How large a thing is, in plain words: by share of the area as COCO's small and large are, but of the whole picture instead of px. Where it
// is, core/text/places.ts says.
import type { Box } from './facts.ts';

/** Shares of the picture's area from which a thing has that size, the largest first. */
const SIZES = [
  [0.6, 'fills the picture'],
  [0.25, 'large'],
  [0.05, 'medium'],
  [0, 'small'],
] as const;

/** An entry of `SIZES`. */
export type SizeWord = (typeof SIZES)[number][1];

/** How large a thing is in the picture. */
export const sizeOf = ([, , width, height]: Box): SizeWord => SIZES.find(([share]) => width * height >= share)?.[1] ?? 'small';
