// A line of writing cut out of the picture: turned level, scaled to the height that a reader likes, grey, dark on light, of the
// best contrast that its colours have (ink-contrast.ts).
import type { LineImage } from '../../../core/facts/text-reader.ts';
import type { AnalysisPixels } from '../stage.ts';
import { bestContrast, type Plane } from './ink-contrast.ts';
import type { Strip } from './strip.ts';

/** Height of what is read, in px: that of the lines that Tesseract's network was trained on. The ink fills it: margins make it guess letters. */
export const LINE_PX = 36;

/** Longest line that is read, in px; a longer one is squeezed. */
export const MAX_LINE_PX = 2000;

/** Most places of the picture that are averaged for one pixel, along each side. */
const MAX_SAMPLES = 8;

/** How far to both sides a pixel's ground and ink are looked at, in px of what is read. */
const AROUND_PX = LINE_PX;

/** Shares of the pixels that become black and white. */
const CLIPPED = 0.02;

const LEVELS = 256;

/** Place of the pixel at whole coordinates, those outside taken to the rim. */
const placeOf = ({ width, height }: AnalysisPixels, x: number, y: number): number =>
  3 * (Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x)));

/** Adds a share of the colours between four pixels to the planes. */
const addBetween = (planes: readonly Float32Array[], at: number, pixels: AnalysisPixels, x: number, y: number, share: number): void => {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [across, down] = [x - 0.5 - left, y - 0.5 - top];
  const [a, b] = [placeOf(pixels, left, top), placeOf(pixels, left + 1, top)];
  const [c, d] = [placeOf(pixels, left, top + 1), placeOf(pixels, left + 1, top + 1)];
  const { data } = pixels;
  planes.forEach((plane, channel) => {
    const above = (data[a + channel] as number) * (1 - across) + (data[b + channel] as number) * across;
    const below = (data[c + channel] as number) * (1 - across) + (data[d + channel] as number) * across;
    plane[at] = (plane[at] as number) + share * (above * (1 - down) + below * down);
  });
};

type Grid = { width: number; height: number; stepX: number; stepY: number };

/** Size of what is read, and px of the picture between its pixels. */
const gridOf = ({ length, height }: Strip): Grid => {
  const stepY = height / LINE_PX;
  const width = Math.max(1, Math.min(MAX_LINE_PX, Math.round(length / stepY)));
  return { width, height: LINE_PX, stepX: length / width, stepY };
};

/** Red, green and blue of the line. */
const sampled = (pixels: AnalysisPixels, strip: Strip, { width, height, stepX, stepY }: Grid): [Plane, Plane, Plane] => {
  const planes = [0, 1, 2].map(() => new Float32Array(width * height)) as [Float32Array, Float32Array, Float32Array];
  const fine = Math.min(MAX_SAMPLES, Math.max(1, Math.round(Math.max(stepX, stepY))));
  const [cos, sin] = [Math.cos(strip.angle), Math.sin(strip.angle)];
  for (let i = 0; i < width * height * fine * fine; i++) {
    const [pixel, part] = [Math.floor(i / (fine * fine)), i % (fine * fine)];
    const u = ((pixel % width) + ((part % fine) + 0.5) / fine - width / 2) * stepX;
    const v = (Math.floor(pixel / width) + (Math.floor(part / fine) + 0.5) / fine - height / 2) * stepY;
    addBetween(planes, pixel, pixels, strip.x + u * cos - v * sin, strip.y + u * sin + v * cos, 1 / (fine * fine));
  }
  const [red, green, blue] = planes;
  return [
    { data: red, width, height },
    { data: green, width, height },
    { data: blue, width, height },
  ];
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
  return { data: darkOnLight(bestContrast(sampled(pixels, strip, grid), AROUND_PX).data), width: grid.width, height: grid.height };
};

/** The line upside down. */
export const turned = ({ data, width, height }: LineImage): LineImage => ({ data: data.toReversed(), width, height });
