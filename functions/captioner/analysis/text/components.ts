// Connected parts of the text detector's map: pixels above a threshold that touch, corners included.

/** Probabilities, float32 [height, width], 0..1. */
export type ProbabilityMap = { data: Float32Array; width: number; height: number };

/** A connected part: the places of its pixels, and their mean probability. */
export type Component = { xs: number[]; ys: number[]; mean: number };

/** Most parts that are looked at; a map with more shows a texture. */
export const MAX_COMPONENTS = 1000;

const NEIGHBOURS = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ({ dx, dy }))).filter(({ dx, dy }) => dx !== 0 || dy !== 0);

/** Adds the neighbours of a pixel that are above the threshold and not yet seen. */
const pushNeighbours = (open: number[], seen: Uint8Array, { data, width, height }: ProbabilityMap, at: number, atLeast: number): void => {
  const x = at % width;
  const y = (at - x) / width;
  for (const { dx, dy } of NEIGHBOURS) {
    const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
    const next = at + dy * width + dx;
    if (!inside || seen[next] === 1 || (data[next] as number) < atLeast) continue;
    seen[next] = 1;
    open.push(next);
  }
};

const componentFrom = (start: number, seen: Uint8Array, map: ProbabilityMap, atLeast: number): Component => {
  const open = [start];
  const xs: number[] = [];
  const ys: number[] = [];
  let sum = 0;
  seen[start] = 1;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    xs.push(at % map.width);
    ys.push(Math.floor(at / map.width));
    sum += map.data[at] as number;
    pushNeighbours(open, seen, map, at, atLeast);
  }
  return { xs, ys, mean: sum / xs.length };
};

/** The connected parts in the order of their first pixels, at most MAX_COMPONENTS. @param atLeast probability from which a pixel counts */
export const components = (map: ProbabilityMap, atLeast: number): Component[] => {
  const seen = new Uint8Array(map.data.length);
  const found: Component[] = [];
  for (let at = 0; at < map.data.length && found.length < MAX_COMPONENTS; at++) {
    if ((map.data[at] as number) >= atLeast && seen[at] === 0) found.push(componentFrom(at, seen, map, atLeast));
  }
  return found;
};
