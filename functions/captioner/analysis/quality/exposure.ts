// Clipped shadows and highlights: pixels so dark or so bright in all three channels that nothing can be seen in them.
import type { SmallLab } from '../ground/small-lab.ts';
import type { AnalysisPixels } from '../stage.ts';
import type { Luma } from './luma.ts';

const CHANNELS = 3;

/** Levels of 255, from which on a pixel is clipped; JPEG moves black and white by up to 4. */
const SHADOW_LEVEL = 4;
const HIGHLIGHT_LEVEL = 251;

/** Shares of the picture's area, 0..1. */
export type Exposure = { underexposed: number; overexposed: number };

/** Marks of a pixel: 1 a clipped shadow, 2 a clipped highlight, else 0. */
const clipped = (red: number, green: number, blue: number): number => {
  if (green <= SHADOW_LEVEL) return red <= SHADOW_LEVEL && blue <= SHADOW_LEVEL ? 1 : 0;
  return green >= HIGHLIGHT_LEVEL && red >= HIGHLIGHT_LEVEL && blue >= HIGHLIGHT_LEVEL ? 2 : 0;
};

/**
 * Clipped pixels that are not background. Where the luma is neither as dark nor as bright as clipped channels make it, none is: that is nearly
 * everywhere.
 * @param background uint8 [height, width] of the small copy, 1 where background is; undefined: there is none
 */
export const exposureOf = (
  { data, width, height }: AnalysisPixels,
  { data: levels }: Luma,
  { block, width: wide }: SmallLab,
  background: Uint8Array | undefined,
): Exposure => {
  const counts = new Int32Array(3);
  for (let y = 0, i = 0; y < height; y += 1) {
    const row = Math.floor(y / block) * wide;
    for (let x = 0; x < width; x += 1, i += 1) {
      const level = levels[i] as number;
      if (level > SHADOW_LEVEL && level < HIGHLIGHT_LEVEL) continue;
      if (background?.[row + Math.floor(x / block)] === 1) continue;
      const at = i * CHANNELS;
      const kind = clipped(data[at] as number, data[at + 1] as number, data[at + 2] as number);
      counts[kind] = (counts[kind] as number) + 1;
    }
  }
  return { underexposed: (counts[1] as number) / (width * height), overexposed: (counts[2] as number) / (width * height) };
};
