// Spreading over the pixels of a picture from neighbour to neighbour.

/** A size in px. */
export type Size = { width: number; height: number };

/**
 * All places reached from `seeds`, which are reached themselves, in the order in which they were.
 * @param enters whether a place is reached from a neighbour; it is asked until it says yes, so it must mark what it let in
 */
export const flood = (seeds: readonly number[], { width, height }: Size, enters: (place: number, from: number) => boolean): Int32Array => {
  const reached = new Int32Array(width * height);
  let count = 0;
  const visit = (place: number, from: number): void => {
    if (enters(place, from)) reached[count++] = place;
  };
  for (const seed of seeds) reached[count++] = seed;
  for (let i = 0; i < count; i += 1) {
    const place = reached[i] as number;
    const x = place % width;
    if (x > 0) visit(place - 1, place);
    if (x + 1 < width) visit(place + 1, place);
    if (place >= width) visit(place - width, place);
    if (place + width < reached.length) visit(place + width, place);
  }
  return reached.subarray(0, count);
};
