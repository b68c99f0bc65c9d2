// The dominant colours of an area: a histogram in CIELAB, k-means over its cells (always the same start: the fullest cell, then whatever is
// most and farthest from what was chosen), then groups that an eye takes for one colour in other light are joined.
import type { Lab } from '../../../core/facts/colour-space.ts';
import { deltaE2000 } from '../../../core/facts/delta-e.ts';

/** A colour and its share of the area, 0..1. */
export type Dominant = { lab: Lab; share: number };

const CHANNELS = 3;

/** Side of a histogram's cell in units of CIELAB; below what is told apart at a glance. */
const CELL = 4;
const GROUPS = 10;
const ROUNDS = 6;
/** Pixels that are looked at, at most about twice as many, spread evenly: enough for shares to 1 %. */
const ENOUGH_PIXELS = 12_000;

/** Groups nearer than this (CIEDE2000, lightness counting half as in the l:c = 2:1 of textiles) are joined. */
const MERGE_DELTA = 9;
const LIGHTNESS_WEIGHT = 2;

/** A colour is told from this share on, and no more than `MOST_COLOURS`. */
export const LEAST_SHARE = 0.05;
export const MOST_COLOURS = 6;

type Cell = { lab: [number, number, number]; count: number };

/** Of a group in uneven light, the brighter part that gives its colour: shadows are no colour of the thing. */
const LIT_SHARE = 0.5;

const cellsOf = (lab: Float32Array, mask: Uint8Array): Cell[] => {
  const cells = new Map<number, Cell>();
  const bin = (value: number): number => Math.round(value / CELL) + 64;
  const stride = Math.max(1, Math.floor(mask.reduce((sum, value) => sum + value, 0) / ENOUGH_PIXELS));
  for (let place = 0, skipped = 0; place < mask.length; place += 1) {
    if (mask[place] === 0) continue;
    skipped = (skipped + 1) % stride;
    if (skipped !== 0) continue;
    const at = place * CHANNELS;
    const l = lab[at] as number;
    const a = lab[at + 1] as number;
    const b = lab[at + 2] as number;
    const key = (bin(l) << 16) | (bin(a) << 8) | bin(b);
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { lab: [l, a, b], count: 1 });
    else {
      cell.lab[0] += l;
      cell.lab[1] += a;
      cell.lab[2] += b;
      cell.count += 1;
    }
  }
  return [...cells.values()].map(({ lab: [l, a, b], count }) => ({ lab: [l / count, a / count, b / count], count }));
};

const squared = (one: Lab, other: Lab): number => (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;

/** Starting colours, at most GROUPS. */
const startsOf = (cells: readonly Cell[]): Lab[] => {
  const fullest = cells.reduce((best, cell) => (cell.count > best.count ? cell : best));
  const starts: Lab[] = [fullest.lab];
  const far = cells.map(({ lab }) => squared(lab, fullest.lab));
  while (starts.length < Math.min(GROUPS, cells.length)) {
    const worth = cells.map(({ count }, i) => count * (far[i] as number));
    const next = cells[worth.indexOf(Math.max(...worth))] as Cell;
    starts.push(next.lab);
    cells.forEach(({ lab }, i) => {
      far[i] = Math.min(far[i] as number, squared(lab, next.lab));
    });
  }
  return starts;
};

const nearestOf = (lab: Lab, centres: readonly Lab[]): number => {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < centres.length; i += 1) {
    const distance = squared(lab, centres[i] as Lab);
    if (distance < least) [least, nearest] = [distance, i];
  }
  return nearest;
};

/** Weighted mean of groups; the counts add up. */
const joined = (cells: readonly Cell[]): Cell => {
  let count = 0;
  const sum: Cell['lab'] = [0, 0, 0];
  for (const cell of cells) {
    count += cell.count;
    for (let c = 0; c < CHANNELS; c += 1) sum[c as 0] += cell.lab[c as 0] * cell.count;
  }
  return { lab: [sum[0] / count, sum[1] / count, sum[2] / count], count };
};

/** The cells in groups, none of them empty. */
const kMeans = (cells: readonly Cell[]): Cell[][] => {
  let centres = startsOf(cells);
  let groups: Cell[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const members = centres.map((): Cell[] => []);
    for (const cell of cells) members[nearestOf(cell.lab, centres)]?.push(cell);
    groups = members.filter((group) => group.length > 0);
    centres = groups.map((group) => joined(group).lab);
  }
  return groups;
};

type Group = { cells: Cell[]; whole: Cell };

const grouped = (cells: Cell[]): Group => ({ cells, whole: joined(cells) });

/** Joins the nearest two groups until all are apart. */
const mergeNear = (groups: Group[]): Group[] => {
  let best: { i: number; j: number; delta: number } | undefined;
  groups.forEach(({ whole }, i) => {
    for (let j = i + 1; j < groups.length; j += 1) {
      const delta = deltaE2000(whole.lab, (groups[j] as Group).whole.lab, LIGHTNESS_WEIGHT);
      if (delta < (best?.delta ?? MERGE_DELTA)) best = { i, j, delta };
    }
  });
  if (best === undefined) return groups;
  const { i, j } = best;
  const both = grouped([...(groups[i] as Group).cells, ...(groups[j] as Group).cells]);
  return mergeNear([both, ...groups.filter((_, at) => at !== i && at !== j)]);
};

/** The colour of a group's brighter part. */
const litColour = ({ cells, whole }: Group): Lab => {
  const lit: Cell[] = [];
  let count = 0;
  for (const cell of cells.toSorted((one, other) => other.lab[0] - one.lab[0])) {
    if (count >= LIT_SHARE * whole.count) break;
    lit.push(cell);
    count += cell.count;
  }
  return joined(lit).lab;
};

/**
 * The dominant colours, largest share first.
 * @param lab float32 [n, 3]
 * @param mask uint8 [n], 1 where a pixel counts; at least one does
 */
export const dominantColours = (lab: Float32Array, mask: Uint8Array): Dominant[] => {
  const groups = mergeNear(kMeans(cellsOf(lab, mask)).map(grouped)).toSorted((one, other) => other.whole.count - one.whole.count);
  const total = groups.reduce((sum, { whole }) => sum + whole.count, 0);
  return groups.map((group) => ({ lab: litColour(group), share: group.whole.count / total }));
};
