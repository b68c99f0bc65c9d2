// Shot boundaries from small frames, and the frame that stands for each shot. A cut changes where things are and which colours there are at
// once; a moving camera or thing changes little from one frame to the next. The threshold adapts to how lively the video is
// (as in Lienhart, "Comparison of automatic shot boundary detection algorithms", 1999).
import type { SmallFrame } from './video-ports.ts';

/** A shot [`startMs`, `endMs`) and the time of the frame that stands for it. */
export type ShotPlan = { startMs: number; endMs: number; keyMs: number };

/** A shot shorter than this is part of the one before, in ms. */
export const LEAST_SHOT_MS = 600;

/** Shots beyond so many are joined to the last: a caption each would take longer than the video is worth. */
export const MOST_SHOTS = 40;

/** Least change, 0..1, of a cut. */
const LEAST_CHANGE = 0.12;

/** A cut changes this many times as much as the frames around it do. */
const LIVELINESS = 3;
/** Frames on each side that tell how lively the video is. */
const AROUND = 5;

/** Levels of each channel in the histogram. */
const LEVELS = 8;
const SHIFT = 5;
const FULL = 255;
const CHANNELS = 3;

type Measured = { atMs: number; change: number; detail: number };

const histogramOf = (pixels: Uint8Array): Float32Array => {
  const counts = new Float32Array(LEVELS * CHANNELS);
  for (let i = 0; i < pixels.length; i += 1) {
    const slot = (i % CHANNELS) * LEVELS + ((pixels[i] ?? 0) >> SHIFT);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
};

/** How different two frames are, 0..1: the larger of the mean distance of pixels and half of the histograms' distance. */
export const changeBetween = (before: Uint8Array, after: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < after.length; i += 1) sum += Math.abs((after[i] ?? 0) - (before[i] ?? 0));
  const [a, b] = [histogramOf(before), histogramOf(after)];
  const histograms = a.reduce((total, count, i) => total + Math.abs(count - (b[i] ?? 0)), 0) / (2 * after.length);
  return Math.max(sum / after.length / FULL, histograms / 2);
};

/** How much there is to see in a frame: the mean distance of neighbours in a row. */
const detailOf = (pixels: Uint8Array): number => {
  let sum = 0;
  for (let i = CHANNELS; i < pixels.length; i += 1) sum += Math.abs((pixels[i] ?? 0) - (pixels[i - CHANNELS] ?? 0));
  return sum / pixels.length;
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const isCut = (frames: readonly Measured[], at: number): boolean => {
  const { change = 0 } = frames[at] ?? {};
  const around = [...frames.slice(Math.max(1, at - AROUND), at), ...frames.slice(at + 1, at + 1 + AROUND)].map((frame) => frame.change);
  return change >= LEAST_CHANGE && change > LIVELINESS * mean(around) && change >= Math.max(0, ...around);
};

/** The frame with most to see within the middle half of the shot: near a cut there may be a fade. */
const keyOf = (frames: readonly Measured[], startMs: number, endMs: number): number => {
  const quarter = (endMs - startMs) / 4;
  const inside = frames.filter(({ atMs }) => atMs >= startMs + quarter && atMs <= endMs - quarter);
  const [best] = inside.toSorted((a, b) => b.detail - a.detail);
  return best?.atMs ?? startMs;
};

const measured = async (frames: AsyncIterable<SmallFrame>): Promise<Measured[]> => {
  const all: Measured[] = [];
  let before: Uint8Array | undefined;
  for await (const { atMs, pixels } of frames) {
    all.push({ atMs, change: before === undefined ? 0 : changeBetween(before, pixels), detail: detailOf(pixels) });
    before = pixels;
  }
  return all;
};

/**
 * The shots of a video, in order; together they are the whole of it. Empty when there is no frame.
 * @param durationMs as the header says
 */
export const shotsOf = async (frames: AsyncIterable<SmallFrame>, durationMs: number): Promise<ShotPlan[]> => {
  const all = await measured(frames);
  const last = all.at(-1);
  if (last === undefined) return [];
  const end = Math.max(durationMs, last.atMs + 1);
  const starts = [0];
  for (const [i, { atMs }] of all.entries()) {
    const begun = starts.at(-1) ?? 0;
    const isLongEnough = atMs - begun >= LEAST_SHOT_MS && end - atMs >= LEAST_SHOT_MS;
    if (starts.length < MOST_SHOTS && isLongEnough && isCut(all, i)) starts.push(atMs);
  }
  return starts.map((startMs, i) => {
    const endMs = starts[i + 1] ?? end;
    return { startMs, endMs, keyMs: keyOf(all, startMs, endMs) };
  });
};
