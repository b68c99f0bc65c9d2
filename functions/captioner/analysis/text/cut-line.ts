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
const CHANNELS = 3;

type Colours = readonly [Float32Array, Float32Array, Float32Array];

const within = (at: number, length: number): number => Math.min(length - 1, Math.max(0, at));

/** Between four values: a and b above, c and d below them. */
const between = (a: number, b: number, c: number, d: number, across: number, down: number): number =>
  (a * (1 - across) + b * across) * (1 - down) + (c * (1 - across) + d * across) * down;

/** Adds a share of the colours between four pixels to the planes; pixels outside are taken to the rim. */
const addBetween = ([red, green, blue]: Colours, at: number, pixels: AnalysisPixels, x: number, y: number, share: number): void => {
  const { data, width, height } = pixels;
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const across = x - 0.5 - left;
  const down = y - 0.5 - top;
  const above = within(top, height) * width;
  const below = within(top + 1, height) * width;
  const near = within(left, width);
  const far = within(left + 1, width);
  const a = CHANNELS * (above + near);
  const b = CHANNELS * (above + far);
  const c = CHANNELS * (below + near);
  const d = CHANNELS * (below + far);
  const mean = (i: number): number =>
    share * between(data[a + i] as number, data[b + i] as number, data[c + i] as number, data[d + i] as number, across, down);
  red[at] = (red[at] as number) + mean(0);
  green[at] = (green[at] as number) + mean(1);
  blue[at] = (blue[at] as number) + mean(2);
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
  const share = 1 / (fine * fine);
  for (let j = 0; j < height * fine; j++) {
    const row = Math.floor(j / fine) * width;
    const v = ((j + 0.5) / fine - height / 2) * stepY;
    for (let i = 0; i < width * fine; i++) {
      const u = ((i + 0.5) / fine - width / 2) * stepX;
      addBetween(planes, row + Math.floor(i / fine), pixels, strip.x + u * cos - v * sin, strip.y + u * sin + v * cos, share);
    }
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
  const dark = new Uint8Array(grey.length);
  for (let i = 0; i < grey.length; i++) {
    const level = Math.min(1, Math.max(0, ((grey[i] as number) - low) / range));
    dark[i] = Math.round((negative ? 1 - level : level) * (LEVELS - 1));
  }
  return dark;
};

/** The line as a reader takes it. */
export const cutLine = (pixels: AnalysisPixels, strip: Strip): LineImage => {
  const grid = gridOf(strip);
  return { data: darkOnLight(bestContrast(sampled(pixels, strip, grid), AROUND_PX).data), width: grid.width, height: grid.height };
};

/** The line upside down. */
export const turned = ({ data, width, height }: LineImage): LineImage => ({ data: data.toReversed(), width, height });
