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

type Taps = { low: Int32Array; high: Int32Array; share: Float32Array };

/** For each of `to` places along a side: the two of `from` pixels that it lies between, and how far it is towards the second. */
const taps = (from: number, to: number): Taps => {
  const low = new Int32Array(to);
  const high = new Int32Array(to);
  const share = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    low[i] = Math.floor(at);
    high[i] = Math.min(from - 1, Math.floor(at) + 1);
    share[i] = at - Math.floor(at);
  }
  return { low, high, share };
};

/** One row of the picture between two others, at all places along x, into the three planes. */
const writeRow = (plane: Float32Array, to: number, size: number, rows: readonly [Uint8Array, Uint8Array], down: number, x: Taps): void => {
  const [above, below] = rows;
  const up = 1 - down;
  for (let i = 0; i < x.low.length; i++) {
    const left = (x.low[i] as number) * CHANNELS;
    const right = (x.high[i] as number) * CHANNELS;
    const across = x.share[i] as number;
    const back = 1 - across;
    const between = (c: number): number => {
      const top = (above[left + c] as number) * back + (above[right + c] as number) * across;
      const bottom = (below[left + c] as number) * back + (below[right + c] as number) * across;
      return top * up + bottom * down;
    };
    plane[to + i] = between(0);
    plane[to + size + i] = between(1);
    plane[to + 2 * size + i] = between(2);
  }
};

/** float32 [1, 3, height, width], RGB 0..255. */
export const detectorInput = (pixels: AnalysisPixels, side: number): Tensor => {
  const { width, height } = detectorSize(pixels, side);
  const planes = new Float32Array(CHANNELS * width * height);
  const x = taps(pixels.width, width);
  const y = taps(pixels.height, height);
  const row = (at: number): Uint8Array => pixels.data.subarray(at * pixels.width * CHANNELS, (at + 1) * pixels.width * CHANNELS);
  for (let i = 0; i < height; i++) {
    const rows = [row(y.low[i] as number), row(y.high[i] as number)] as const;
    writeRow(planes, i * width, width * height, rows, y.share[i] as number, x);
  }
  return { data: planes, dims: [1, CHANNELS, height, width] };
};
