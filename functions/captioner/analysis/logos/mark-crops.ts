// Windows around marks, and their pixels as the embedder takes them; the arithmetic of crop_windows and crop in
// models/training/logos/mark_embedder.py, by which it was trained.
import type { AnalysisPixels } from '../stage.ts';
import type { Corners } from './mark-boxes.ts';

/** Side of a crop in px. */
export const CROP_PX = 64;

/** Numbers of a crop. */
export const CROP_SIZE = 3 * CROP_PX * CROP_PX;

/** Of a box's longest side, added on each side of it. */
const MARGIN = 0.08;

/** A window's short side is at least this share of its long side. */
const SLIMMEST = 0.5;

/** Most samples along a side whose mean is one px. */
const MOST_TAPS = 8;

/** Edges in px, which may lie beyond the picture. */
export type Window = { left: number; top: number; width: number; height: number };

/** The window around a box, given in px. */
export const windowAround = ({ left, top, right, bottom }: Corners): Window => {
  const [wide, high] = [right - left, bottom - top];
  const longest = Math.max(wide, high);
  const least = longest * SLIMMEST * (1 + 2 * MARGIN);
  const width = Math.max(wide + 2 * MARGIN * longest, least);
  const height = Math.max(high + 2 * MARGIN * longest, least);
  return { left: (left + right - width) / 2, top: (top + bottom - height) / 2, width, height };
};

/** Where samples lie along one axis: the px before each, the px after it, and the parts that each has of a mean of `taps` samples. */
type Axis = { before: Int32Array; after: Int32Array; far: Float64Array; near: Float64Array };

const axisOf = (start: number, length: number, taps: number, side: number): Axis => {
  const count = CROP_PX * taps;
  const [before, after] = [new Int32Array(count), new Int32Array(count)];
  const [far, near] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i += 1) {
    const place = Math.min(side - 1, Math.max(0, start + ((i + 0.5) * length) / count - 0.5));
    const px = Math.floor(place);
    before[i] = px;
    after[i] = Math.min(side - 1, px + 1);
    near[i] = (place - px) / taps;
    far[i] = (1 - (place - px)) / taps;
  }
  return { before, after, far, near };
};

/** Means of the samples along one row of the picture, float32 [3, 64]. */
const rowOf = ({ data, width }: AnalysisPixels, row: number, { before, after, far, near }: Axis, taps: number): Float32Array => {
  const out = new Float32Array(3 * CROP_PX);
  const start = row * width;
  for (let px = 0, i = 0; px < CROP_PX; px += 1) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const end = i + taps; i < end; i += 1) {
      const a = (start + (before[i] as number)) * 3;
      const b = (start + (after[i] as number)) * 3;
      const p = far[i] as number;
      const q = near[i] as number;
      red += (data[a] as number) * p + (data[b] as number) * q;
      green += (data[a + 1] as number) * p + (data[b + 1] as number) * q;
      blue += (data[a + 2] as number) * p + (data[b + 2] as number) * q;
    }
    out[px] = red;
    out[px + CROP_PX] = green;
    out[px + 2 * CROP_PX] = blue;
  }
  return out;
};

/** Adds a row's part to a row of all three planes. */
const addRow = (out: Float32Array, to: number, row: Float32Array, part: number): void => {
  for (let plane = 0, i = 0; plane < 3; plane += 1) {
    let place = plane * CROP_PX * CROP_PX + to * CROP_PX;
    for (const end = i + CROP_PX; i < end; i += 1, place += 1) out[place] = (out[place] as number) + (row[i] as number) * part;
  }
};

/** Samples along a side of a window whose mean is one px. */
const tapsFor = ({ width, height }: Window): number => Math.min(MOST_TAPS, Math.max(1, Math.ceil(Math.max(width, height) / CROP_PX)));

/**
 * The pixels of a window, stretched to the square; beyond the picture's edge the edge goes on.
 * @returns float32 [3, 64, 64], 0..255
 */
export const cropWindow = (pixels: AnalysisPixels, window: Window): Float32Array => {
  const taps = tapsFor(window);
  const x = axisOf(window.left, window.width, taps, pixels.width);
  const y = axisOf(window.top, window.height, taps, pixels.height);
  const rows = new Map<number, Float32Array>();
  const row = (number: number): Float32Array => {
    const known = rows.get(number) ?? rowOf(pixels, number, x, taps);
    rows.set(number, known);
    return known;
  };
  const out = new Float32Array(CROP_SIZE);
  for (let j = 0; j < CROP_PX * taps; j += 1) {
    const to = Math.floor(j / taps);
    addRow(out, to, row(y.before[j] as number), y.far[j] as number);
    addRow(out, to, row(y.after[j] as number), y.near[j] as number);
  }
  return out;
};
