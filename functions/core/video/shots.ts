// Shot boundaries from small frames, and the frame that stands for each shot. A cut changes where things are and which colours there are at
// once, a fade within a second or two between two quiet views; a moving camera or thing changes little from one frame to the next, and goes
// on. The thresholds adapt to how lively the video is (as in Lienhart, "Comparison of automatic shot boundary detection algorithms", 1999).
import { changeBetween, detailOf } from './frame-change.ts';
import { SMALL_FPS, type SmallFrame } from './video-ports.ts';

/** A shot [`startMs`, `endMs`) and the time of the frame that stands for it. */
export type ShotPlan = { startMs: number; endMs: number; keyMs: number };

/** A shot shorter than this is part of the one before, in ms. */
export const LEAST_SHOT_MS = 600;

/** Shots beyond so many are joined to the last: a caption each would take longer than the video is worth. */
export const MOST_SHOTS = 40;

/** Least change, 0..1, of a cut. */
const LEAST_CHANGE = 0.12;

/** Least change, 0..1, from before a fade to after it. */
const LEAST_FADE = 0.16;

/** A cut, or fade, changes this many times as much as the frames around it do. */
const LIVELINESS = 3;
/** Frames on each side that tell how lively the video is. */
const AROUND = 5;

/** Half of the longest fade, in frames. */
const HALF_FADE = 4;

/** So many frames before and after a fade, the views are compared: what is left of it within its own length is no difference. */
const QUIET = 2;

/** How long a frame is shown, in ms. */
const FRAME_MS = 1000 / SMALL_FPS;

/** `change` from the frame before. All of a video are kept, 7 kB each: its length is bounded. */
type Measured = SmallFrame & { change: number; detail: number };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The changes of frames [`from`, `to`). The first frame has none. */
const changes = (frames: readonly Measured[], from: number, to: number): number[] =>
  frames.slice(Math.max(1, from), Math.max(1, to)).map(({ change }) => change);

const isCut = (frames: readonly Measured[], at: number): boolean => {
  const { change = 0 } = frames[at] ?? {};
  const around = [...changes(frames, at - AROUND, at), ...changes(frames, at + 1, at + 1 + AROUND)];
  return change >= LEAST_CHANGE && change > LIVELINESS * mean(around) && change >= Math.max(0, ...around);
};

/** Where most of the change happens between the frames [`from`, `to`). */
const middleOf = (frames: readonly Measured[], from: number, to: number): number => {
  const inside = frames.slice(from, to);
  const all = inside.reduce((sum, { change }) => sum + change, 0);
  return Math.round(inside.reduce((sum, { change, atMs }) => sum + change * atMs, 0) / all);
};

/** The time of a fade that has its middle around a frame; undefined when there is none. */
const fadeAt = (frames: readonly Measured[], at: number): number | undefined => {
  const [from, to] = [at - HALF_FADE, at + HALF_FADE];
  const before = frames[from] && frames[Math.max(0, from - QUIET)];
  const after = frames[to] && frames[Math.min(frames.length - 1, to + QUIET)];
  if (before === undefined || after === undefined) return undefined;
  const around = [...changes(frames, from + 1 - AROUND, from + 1), ...changes(frames, to + 1, to + 1 + AROUND)];
  const isSudden = mean(changes(frames, from + 1, to + 1)) > LIVELINESS * mean(around);
  return isSudden && changeBetween(before.pixels, after.pixels) >= LEAST_FADE ? middleOf(frames, from + 1, to + 1 + AROUND) : undefined;
};

/** Times of the cuts, and of the fades where there is no cut, in order. */
const boundariesOf = (frames: readonly Measured[]): number[] => {
  const cuts = frames.filter((_, at) => isCut(frames, at)).map(({ atMs }) => atMs);
  const fades: number[] = [];
  for (let at = HALF_FADE; at < frames.length; at += 1) {
    const middle = frames[at]?.atMs ?? 0;
    const isNearCut = cuts.some((cut) => Math.abs(cut - middle) <= (HALF_FADE + AROUND) * FRAME_MS);
    const fade = isNearCut ? undefined : fadeAt(frames, at);
    if (fade === undefined) continue;
    fades.push(fade);
    at += 2 * HALF_FADE;
  }
  return [...cuts, ...fades].toSorted((a, b) => a - b);
};

/** The frame with most to see within the middle half of the shot: near its ends there may be a fade. */
const keyOf = (frames: readonly Measured[], startMs: number, endMs: number): number => {
  const quarter = (endMs - startMs) / 4;
  const inside = frames.filter(({ atMs }) => atMs >= startMs + quarter && atMs <= endMs - quarter);
  const shown = frames.findLast(({ atMs }) => atMs <= startMs);
  const [best = shown] = inside.toSorted((a, b) => b.detail - a.detail);
  return best?.atMs ?? startMs;
};

const measured = async (frames: AsyncIterable<SmallFrame>): Promise<Measured[]> => {
  const all: Measured[] = [];
  for await (const frame of frames) {
    const before = all.at(-1);
    const change = before === undefined ? 0 : changeBetween(before.pixels, frame.pixels);
    all.push({ ...frame, change, detail: detailOf(frame.pixels) });
  }
  return all;
};

/**
 * The shots of a video, in order; together they are the whole of it. Empty when there is no frame.
 * @param durationMs as the header says, 0 where it does not
 */
export const shotsOf = async (frames: AsyncIterable<SmallFrame>, durationMs: number): Promise<ShotPlan[]> => {
  const all = await measured(frames);
  const last = all.at(-1);
  if (last === undefined) return [];
  const end = durationMs > last.atMs ? durationMs : last.atMs + FRAME_MS;
  const starts = [0];
  for (const atMs of boundariesOf(all)) {
    const isLongEnough = atMs - (starts.at(-1) ?? 0) >= LEAST_SHOT_MS && end - atMs >= LEAST_SHOT_MS;
    if (starts.length < MOST_SHOTS && isLongEnough) starts.push(atMs);
  }
  return starts.map((startMs, i) => {
    const endMs = starts[i + 1] ?? end;
    return { startMs, endMs, keyMs: keyOf(all, startMs, endMs) };
  });
};
