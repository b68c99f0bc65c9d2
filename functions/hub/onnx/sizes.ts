// What is known of a value before a graph runs: the size of its axes, and for short vectors of whole numbers the numbers themselves.

/** A number, the symbol of a size that is known only at run time (`input:axis`), or undefined: not known at all. */
export type Size = number | string | undefined;

/** `dims` is undefined when not even the number of axes is known; `elements` are a scalar's or vector's whole numbers. */
export type Facts = { readonly dims?: readonly Size[] | undefined; readonly elements?: readonly Size[] | undefined };

/** Longer vectors, and values of more axes, are not followed. */
export const MAX_ELEMENTS = 64;

/** The symbol of an axis of an input. */
export const symbol = (input: string, axis: number): string => `${input}:${axis}`;

/** The input and the axis of a symbol; undefined for a symbol that stands for a sum. */
export const symbolSource = (size: string): { input: string; axis: number } | undefined => {
  const [, input, axis] = /^(.*):(\d+)$/.exec(size) ?? [];
  return input === undefined ? undefined : { input, axis: Number(axis) };
};

/** The sum; a symbol and a number make the symbol `symbol+number`. */
export const plus = (a: Size, b: Size): Size => {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'number') return typeof b === 'string' ? plus(b, a) : undefined;
  if (a === undefined || typeof b !== 'number') return undefined;
  const [, base = '', more] = /^(.*:\d+)\+(\d+)$/.exec(a) ?? ['', a, '0'];
  const total = Number(more) + b;
  return total === 0 ? base : total > 0 ? `${base}+${total}` : undefined;
};

/** How much more `b` is than `a`, where both are numbers or the same symbol and more. */
export const difference = (a: Size, b: Size): number | undefined => {
  if (typeof a === 'number' && typeof b === 'number') return b - a;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const parts = [a, b].map((size) => /^(.*:\d+)(?:\+(\d+))?$/.exec(size) ?? []);
  return parts[0]?.[1] === parts[1]?.[1] ? Number(parts[1]?.[2] ?? 0) - Number(parts[0]?.[2] ?? 0) : undefined;
};

const isKnown = (size: Size): size is number | string => size !== undefined;

/** Whether every size is a plain number. */
export const areNumbers = (sizes: readonly Size[] | undefined): sizes is readonly number[] =>
  sizes?.every((size) => typeof size === 'number') ?? false;

/** The axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

const broadcastSize = (a: Size, b: Size): Size => {
  if (a === 1) return b;
  if (b === 1 || a === b) return a;
  if (typeof a === 'number') return a;
  if (typeof b === 'number') return b;
  return a ?? b;
};

/**
 * The shape that shapes broadcast to. Where two symbols meet they are the same size at run time, and the first is taken.
 * An unknown size gives way to a known one, but for 1.
 */
export const broadcast = (shapes: readonly (readonly Size[] | undefined)[]): readonly Size[] | undefined => {
  if (shapes.some((shape) => shape === undefined)) return undefined;
  const known = shapes.filter((shape) => shape !== undefined);
  const rank = Math.max(0, ...known.map(({ length }) => length));
  const padded = known.map((shape) => [...new Array<Size>(rank - shape.length).fill(1), ...shape]);
  return Array.from({ length: rank }, (_, axis) => padded.map((shape) => shape[axis]).reduce(broadcastSize, 1));
};

/** The one size that makes `shape` hold as much as `all`, `shape` being without that size; undefined when that is not known. */
const missingSize = (all: readonly Size[], shape: readonly Size[]): Size => {
  if (!all.every(isKnown) || !shape.every(isKnown)) return undefined;
  const rest = [...all];
  const extra: Size[] = [];
  for (const size of shape) {
    const at = rest.indexOf(size);
    if (at >= 0) rest.splice(at, 1);
    else extra.push(size);
  }
  const product = (sizes: readonly Size[]) => sizes.reduce<number>((result, size) => result * (typeof size === 'number' ? size : 1), 1);
  const ratio = product(rest) / product(extra);
  const symbols = rest.filter((size) => typeof size === 'string');
  if (extra.some((size) => typeof size === 'string')) return undefined;
  if (symbols.length === 0) return ratio;
  return symbols.length === 1 && ratio === 1 ? symbols[0] : undefined;
};

/** The shape of a Reshape to `wanted` (0: as it was, -1: the rest). */
export const reshaped = (from: readonly Size[] | undefined, wanted: readonly Size[]): readonly Size[] => {
  const copied = wanted.map((size, axis) => (size === 0 ? from?.[axis] : size));
  const open = copied.indexOf(-1);
  if (open < 0) return copied;
  const rest = from === undefined ? undefined : missingSize(from, copied.toSpliced(open, 1));
  return copied.with(open, rest);
};

/** From, to (excluded) and step of a Slice along an axis of `size` entries. */
export const sliceBounds = (start: number, end: number, step: number, size: number): { start: number; length: number } => {
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const first = clamp(start);
  return { start: first, length: Math.max(0, Math.ceil((clamp(end) - first) / step)) };
};
