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

/** Mean and standard deviation, 0..255. */
export const spreadOf = ({ data }: Luma): { mean: number; deviation: number } => {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] as number;
    sum += value;
    squares += value * value;
  }
  const mean = sum / data.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / data.length - mean * mean)) };
};

/** Variance of the Laplacian (4 neighbours) inside a box; 0 where it holds no pixel that has all neighbours. */
export const sharpnessOf = ({ data, width, height }: Luma, [left, top, wide, high]: Box): number => {
  const [fromX, toX] = [Math.max(1, Math.floor(left * width)), Math.min(width - 1, Math.ceil((left + wide) * width))];
  const [fromY, toY] = [Math.max(1, Math.floor(top * height)), Math.min(height - 1, Math.ceil((top + high) * height))];
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let y = fromY; y < toY; y += 1) {
    for (let i = y * width + fromX, end = y * width + toX; i < end; i += 1) {
      const value =
        (data[i - 1] as number) +
        (data[i + 1] as number) +
        (data[i - width] as number) +
        (data[i + width] as number) -
        4 * (data[i] as number);
      sum += value;
      squares += value * value;
      count += 1;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
};
