// The luma of a picture and what is told from it alone: mean, spread, and sharpness as the variance of the Laplacian
// (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000).
import type { Box } from '../../../core/facts/facts.ts';
import type { AnalysisPixels } from '../stage.ts';

const CHANNELS = 3;

/** Rec. 601 luma in 16 bits: 0.299, 0.587, 0.114. */
const RED = 19_595;
const GREEN = 38_470;
const BLUE = 7471;
const HALF = 2 ** 15;
const BITS = 16;

/** Luma, uint8 [height, width]. */
export type Luma = { data: Uint8Array; width: number; height: number };

/** The luma of RGB pixels, rounded. */
export const lumaOf = ({ data, width, height }: AnalysisPixels): Luma => {
  const luma = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < luma.length; i += 1, at += CHANNELS)
    luma[i] = ((data[at] as number) * RED + (data[at + 1] as number) * GREEN + (data[at + 2] as number) * BLUE + HALF) >> BITS;
  return { data: luma, width, height };
};

/** Mean and standard deviation, 0..255. Rows are summed up as integers, which a row of 1,024 px does not overflow. */
export const spreadOf = ({ data, width }: Luma): { mean: number; deviation: number } => {
  let sum = 0;
  let squares = 0;
  for (let from = 0; from < data.length; from += width) {
    let [rowSum, rowSquares] = [0, 0];
    for (let i = from; i < from + width; i += 1) {
      const value = data[i] as number;
      rowSum = (rowSum + value) | 0;
      rowSquares = (rowSquares + value * value) | 0;
    }
    sum += rowSum;
    squares += rowSquares;
  }
  const mean = sum / data.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / data.length - mean * mean)) };
};

/** Sum and sum of squares of the Laplacian (4 neighbours) of the pixels `from` to before `to` of one row, as integers. */
const laplacianOf = (data: Uint8Array, width: number, from: number, to: number): [number, number] => {
  let [sum, squares] = [0, 0];
  let left = data[from - 1] as number;
  let here = data[from] as number;
  for (let i = from; i < to; i += 1) {
    const right = data[i + 1] as number;
    const value = left + right + (data[i - width] as number) + (data[i + width] as number) - 4 * here;
    sum = (sum + value) | 0;
    squares = (squares + value * value) | 0;
    left = here;
    here = right;
  }
  return [sum, squares];
};

/** Variance of the Laplacian inside a box; 0 where it holds no pixel that has all neighbours. */
export const sharpnessOf = ({ data, width, height }: Luma, [left, top, wide, high]: Box): number => {
  const [fromX, toX] = [Math.max(1, Math.floor(left * width)), Math.min(width - 1, Math.ceil((left + wide) * width))];
  const [fromY, toY] = [Math.max(1, Math.floor(top * height)), Math.min(height - 1, Math.ceil((top + high) * height))];
  const count = Math.max(0, toX - fromX) * Math.max(0, toY - fromY);
  if (count === 0) return 0;
  let sum = 0;
  let squares = 0;
  for (let y = fromY; y < toY; y += 1) {
    const [rowSum, rowSquares] = laplacianOf(data, width, y * width + fromX, y * width + toX);
    sum += rowSum;
    squares += rowSquares;
  }
  return squares / count - (sum / count) ** 2;
};
