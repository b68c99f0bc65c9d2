// The figures of a run as a table for people.
import type { Equality } from './equality.ts';
import type { Figure } from './rounds.ts';

/** Memory and cold start of a contender at one number of threads. */
export type Weight = { name: string; threads: number; peakBytes: number; coldMs: number };

/** All that a run has found. */
export type Report = {
  machine: string;
  settings: Record<string, unknown>;
  shrunk: Equality[];
  photos: Equality[];
  figures: Figure[];
  weights: Weight[];
  /** whole time of this runtime through the time of its floor */
  floorRatios: { threads: number; batch: number; ratio: number }[];
};

const BYTES_PER_MB = 1e6;
const MS_PER_SECOND = 1000;

/** Columns as wide as their widest cell; the first one to the left, the others to the right. */
const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

const figureRow = (figure: Figure, ours: number): string[] => {
  const { name, ms, perSecond, cpuMs, shares } = figure;
  const parts = shares === undefined ? ['', '', ''] : [shares.decode, shares.encoder, shares.steps].map((part) => part.toFixed(1));
  return [name, ms.toFixed(1), perSecond.toFixed(2), `${(ms / ours).toFixed(2)} x`, cpuMs.toFixed(0), (cpuMs / ms).toFixed(2), ...parts];
};

const HEADS = ['', 'ms/caption', 'images/s', 'time of ours', 'CPU ms', 'CPUs used', 'decode ms', 'encoder ms', 'steps ms'];

/** The figures of one size of batch and one number of threads; this runtime is the first. */
export const figureLines = (figures: readonly Figure[]): string[] => {
  const { batch = 0, threads = 0, ms = Number.NaN } = figures[0] ?? {};
  const title = `batch ${batch}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return ['', ...table([[title, ...HEADS.slice(1)], ...figures.map((figure) => figureRow(figure, ms))])];
};

/** How many captions are equal to the reference's, the first of these. */
export const equalLines = (title: string, all: readonly Equality[]): string[] => [
  `${title}, against ${all[0]?.name ?? 'nobody'}:`,
  ...all.slice(1).map(({ name, equal, of, first }) => `  ${name}: ${equal} of ${of} equal${first === undefined ? '' : `; ${first}`}`),
];

/** Memory and starts. */
export const weightLines = (weights: readonly Weight[]): string[] => [
  '',
  ...table([
    ['memory and start', 'threads', 'most MB', 'first caption after s'],
    ...weights.map(({ name, threads, peakBytes, coldMs }) => [
      name,
      String(threads),
      (peakBytes / BYTES_PER_MB).toFixed(0),
      (coldMs / MS_PER_SECOND).toFixed(2),
    ]),
  ]),
  'memory: resident pages of all processes of a contender, summed (shared ones count twice), the most in the whole run',
  'first caption: from the start of a process, files in the page cache, the median',
];

/** How far this runtime is above its floor. */
export const ratioLines = ({ floorRatios }: Report): string[] =>
  floorRatios.map(
    ({ threads, batch, ratio }) => `floor ratio, batch ${batch}, threads ${threads}: ${ratio.toFixed(3)} (target at most 1.15)`,
  );
