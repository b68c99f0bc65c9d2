// What the work on one picture costs, estimated from the time that it took.

const MS_PER_S = 1000;

/** Smallest amount that is told: a thousandth of a millionth of a US dollar. */
const PARTS_PER_USD = 1e9;

/** US dollars for `ms` of one of the `models` that share a machine which costs `usdPerSecond`. */
export const costUsd = (ms: number, usdPerSecond: number, models: number): number =>
  Math.round(((ms / MS_PER_S) * usdPerSecond * PARTS_PER_USD) / models) / PARTS_PER_USD;
