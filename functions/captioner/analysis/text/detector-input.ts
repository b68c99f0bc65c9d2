// The picture as the text detector takes it: scaled to at most its side, both sides multiples of its stride (PaddleOCR's rule), by bilinear
// reading without a filter, as the network was trained.
import type { Tensor } from '../../graphs.ts';
import type { AnalysisPixels } from '../stage.ts';

/** Sides of what the detector takes are multiples of this, in px. */
const STRIDE_PX = 32;

/** Small pictures are enlarged by no more than this: beyond it, writing gets softer but not more legible. */
const MAX_ENLARGEMENT = 2;

const CHANNELS = 3;

/** Size of the detector's picture in px. `side` bounds the longer side. */
export const detectorSize = ({ width, height }: { width: number; height: number }, side: number): { width: number; height: number } => {
  const scale = Math.min(MAX_ENLARGEMENT, side / Math.max(width, height));
  const fitted = (length: number): number => Math.max(1, Math.round((length * scale) / STRIDE_PX)) * STRIDE_PX;
  return { width: fitted(width), height: fitted(height) };
};

/** For each of the places along a side: where the two pixels that it lies between begin, and how far it is towards the second. */
type Taps = { low: Int32Array; high: Int32Array; share: Float32Array };

/** @param step bytes from one of the `from` pixels to the next */
const taps = (from: number, to: number, step: number): Taps => {
  const low = new Int32Array(to);
  const high = new Int32Array(to);
  const share = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    low[i] = Math.floor(at) * step;
    high[i] = Math.min(from - 1, Math.floor(at) + 1) * step;
    share[i] = at - Math.floor(at);
  }
  return { low, high, share };
};

/** One row of the picture, `down` between those at `above` and `below`, at all places along x, into the three planes from `to` on. */
const writeRow = (
  planes: Float32Array,
  to: number,
  data: Uint8Array,
  { above, below, down }: { above: number; below: number; down: number },
  { low, high, share }: Taps,
): void => {
  const size = planes.length / CHANNELS;
  const up = 1 - down;
  for (let i = 0, at = to; i < low.length; i++, at++) {
    const left = low[i] as number;
    const right = high[i] as number;
    const across = share[i] as number;
    const back = 1 - across;
    const a = above + left;
    const b = above + right;
    const c = below + left;
    const d = below + right;
    planes[at] =
      ((data[a] as number) * back + (data[b] as number) * across) * up + ((data[c] as number) * back + (data[d] as number) * across) * down;
    planes[at + size] =
      ((data[a + 1] as number) * back + (data[b + 1] as number) * across) * up +
      ((data[c + 1] as number) * back + (data[d + 1] as number) * across) * down;
    planes[at + 2 * size] =
      ((data[a + 2] as number) * back + (data[b + 2] as number) * across) * up +
      ((data[c + 2] as number) * back + (data[d + 2] as number) * across) * down;
  }
};

/** float32 [1, 3, height, width], RGB 0..255. */
export const detectorInput = (pixels: AnalysisPixels, side: number): Tensor => {
  const { width, height } = detectorSize(pixels, side);
  const planes = new Float32Array(CHANNELS * width * height);
  const x = taps(pixels.width, width, CHANNELS);
  const y = taps(pixels.height, height, pixels.width * CHANNELS);
  for (let i = 0; i < height; i++) {
    const rows = { above: y.low[i] as number, below: y.high[i] as number, down: y.share[i] as number };
    writeRow(planes, i * width, pixels.data, rows, x);
  }
  return { data: planes, dims: [1, CHANNELS, height, width] };
};
