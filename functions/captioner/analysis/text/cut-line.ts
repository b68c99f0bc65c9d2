// A line of writing cut out of the picture: turned level, scaled to the height that a reader likes, grey, dark on light, of even contrast
// along the line, however light and shadow fall.
import type { LineImage } from '../../../core/facts/text-reader.ts';
import type { AnalysisPixels } from '../stage.ts';
import type { Strip } from './strip.ts';

/** Height of what is read, in px: that of the lines that Tesseract's network was trained on. The ink fills it: margins make it guess letters. */
export const LINE_PX = 36;

/** Longest line that is read, in px; a longer one is squeezed. */
export const MAX_LINE_PX = 2000;

/** Most places of the picture that are averaged for one pixel, along each side. */
const MAX_SAMPLES = 8;

/** How far to both sides a pixel's ground and ink are looked at, in px of what is read. */
const AROUND_PX = LINE_PX;

/** A smaller deviation, of 255, is noise on plain ground, which is not made stronger. */
const MIN_DEVIATION = 8;

/** Shares of the pixels that become black and white. */
const CLIPPED = 0.02;

const LEVELS = 256;

/** Luma of the pixel at whole coordinates, those outside taken to the rim (ITU-R BT.601). */
const lumaAt = ({ data, width, height }: AnalysisPixels, x: number, y: number): number => {
  const at = 3 * (Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x)));
  return 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
};

/** Luma between four pixels. */
const lumaBetween = (pixels: AnalysisPixels, x: number, y: number): number => {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [across, down] = [x - 0.5 - left, y - 0.5 - top];
  const above = lumaAt(pixels, left, top) * (1 - across) + lumaAt(pixels, left + 1, top) * across;
  const below = lumaAt(pixels, left, top + 1) * (1 - across) + lumaAt(pixels, left + 1, top + 1) * across;
  return above * (1 - down) + below * down;
};

type Grid = { width: number; height: number; stepX: number; stepY: number };

/** Size of what is read, and px of the picture between its pixels. */
const gridOf = ({ length, height }: Strip): Grid => {
  const stepY = height / LINE_PX;
  const width = Math.max(1, Math.min(MAX_LINE_PX, Math.round(length / stepY)));
  return { width, height: LINE_PX, stepX: length / width, stepY };
};

const sampled = (pixels: AnalysisPixels, strip: Strip, { width, height, stepX, stepY }: Grid): Float32Array => {
  const grey = new Float32Array(width * height);
  const fine = Math.min(MAX_SAMPLES, Math.max(1, Math.round(Math.max(stepX, stepY))));
  const [cos, sin] = [Math.cos(strip.angle), Math.sin(strip.angle)];
  for (let i = 0; i < grey.length * fine * fine; i++) {
    const [pixel, part] = [Math.floor(i / (fine * fine)), i % (fine * fine)];
    const u = ((pixel % width) + ((part % fine) + 0.5) / fine - width / 2) * stepX;
    const v = (Math.floor(pixel / width) + (Math.floor(part / fine) + 0.5) / fine - height / 2) * stepY;
    grey[pixel] = (grey[pixel] as number) + lumaBetween(pixels, strip.x + u * cos - v * sin, strip.y + u * sin + v * cos) / (fine * fine);
  }
  return grey;
};

/** Sums of the values and of their squares over the columns before each column. */
const columnSums = (grey: Float32Array, { width, height }: Grid): { sums: Float64Array; squares: Float64Array } => {
  const sums = new Float64Array(width + 1);
  const squares = new Float64Array(width + 1);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const value = grey[y * width + x] as number;
      sums[x + 1] = (sums[x + 1] as number) + value;
      squares[x + 1] = (squares[x + 1] as number) + value * value;
    }
    sums[x + 1] = (sums[x + 1] as number) + (sums[x] as number);
    squares[x + 1] = (squares[x + 1] as number) + (squares[x] as number);
  }
  return { sums, squares };
};

/** Each pixel as deviations from the mean of what is around it. */
const evened = (grey: Float32Array, grid: Grid): Float32Array => {
  const { width, height } = grid;
  const { sums, squares } = columnSums(grey, grid);
  const even = new Float32Array(grey.length);
  for (let x = 0; x < width; x++) {
    const [from, to] = [Math.max(0, x - AROUND_PX), Math.min(width, x + AROUND_PX + 1)];
    const count = (to - from) * height;
    const mean = ((sums[to] as number) - (sums[from] as number)) / count;
    const deviation = Math.sqrt(Math.max(0, ((squares[to] as number) - (squares[from] as number)) / count - mean * mean));
    for (let y = 0; y < height; y++) even[y * width + x] = ((grey[y * width + x] as number) - mean) / Math.max(deviation, MIN_DEVIATION);
  }
  return even;
};

/** Values below which given shares of the pixels are. */
const quantiles = (grey: Float32Array, shares: readonly number[]): number[] => {
  const sorted = grey.toSorted();
  return shares.map((share) => sorted[Math.round(share * (sorted.length - 1))] as number);
};

/** Ink covers less than half of a line, so that the middle value is the ground's: where that is dark, the line is turned to its negative. */
const darkOnLight = (grey: Float32Array): Uint8Array => {
  const [low, middle, high] = quantiles(grey, [CLIPPED, 0.5, 1 - CLIPPED]) as [number, number, number];
  const range = Math.max(Number.EPSILON, high - low);
  const negative = middle - low <= high - middle;
  return Uint8Array.from(grey, (value) => {
    const level = Math.min(1, Math.max(0, (value - low) / range));
    return Math.round((negative ? 1 - level : level) * (LEVELS - 1));
  });
};

/** The line as a reader takes it. */
export const cutLine = (pixels: AnalysisPixels, strip: Strip): LineImage => {
  const grid = gridOf(strip);
  return { data: darkOnLight(evened(sampled(pixels, strip, grid), grid)), width: grid.width, height: grid.height };
};

/** The line upside down. */
export const turned = ({ data, width, height }: LineImage): LineImage => ({ data: data.toReversed(), width, height });
