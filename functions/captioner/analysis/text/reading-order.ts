// The order in which lines are read: columns from left to right where the page has them, else from top to bottom, and on one level from
// left to right (recursive X-Y cut: Nagy and Seth 1984).

/** Left, top, right, bottom in any unit. */
export type Extent = { left: number; top: number; right: number; bottom: number };

/** A gap between columns is at least so many times the usual height of a line; narrower ones are between words. */
const COLUMN_GAP = 1.5;

/** Columns have at least so many lines each; fewer are beside each other by chance. */
const COLUMN_LINES = 2;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

type Side = { from: (e: Extent) => number; to: (e: Extent) => number };

const ACROSS: Side = { from: (e) => e.left, to: (e) => e.right };
const DOWN: Side = { from: (e) => e.top, to: (e) => e.bottom };

/** Groups that a straight cut with a gap of at least `gap` separates, in order along the side. */
const groups = <T extends Extent>(items: readonly T[], side: Side, gap: number): T[][] => {
  const found: T[][] = [];
  let end = -Infinity;
  for (const item of items.toSorted((a, b) => side.from(a) - side.from(b))) {
    if (side.from(item) >= end + gap) found.push([]);
    found.at(-1)?.push(item);
    end = Math.max(end, side.to(item));
  }
  return found;
};

/** Cuts at the widest gap between rows, so that a headline is cut off before the columns under it; the whole where there is no gap. */
const cutDown = <T extends Extent>(items: readonly T[]): T[][] => {
  const rows = groups(items, DOWN, 0);
  const gaps = rows.slice(1).map((row, i) => Math.min(...row.map(DOWN.from)) - Math.max(...(rows[i] as T[]).map(DOWN.to)));
  const at = gaps.indexOf(Math.max(...gaps)) + 1;
  return [rows.slice(0, at).flat(), rows.slice(at).flat()].filter((part) => part.length > 0);
};

/** Items that no cut separates: by where their middles are, those within half a height of one another from left to right. */
const byMiddle = <T extends Extent>(items: readonly T[], height: number): T[] => {
  const middle = (e: Extent): number => (e.top + e.bottom) / 2;
  const rows: T[][] = [];
  for (const item of items.toSorted((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    if (row?.[0] !== undefined && middle(item) - middle(row[0]) < height / 2) row.push(item);
    else rows.push([item]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.left - b.left));
};

/** The items as they are read. */
export const readingOrder = <T extends Extent>(items: readonly T[]): T[] => {
  if (items.length < 2) return [...items];
  const height = median(items.map((item) => item.bottom - item.top));
  const columns = groups(items, ACROSS, COLUMN_GAP * height);
  if (columns.length > 1 && columns.every((column) => column.length >= COLUMN_LINES)) return columns.flatMap(readingOrder);
  const parts = cutDown(items);
  return parts.length > 1 ? parts.flatMap(readingOrder) : byMiddle(items, height);
};
