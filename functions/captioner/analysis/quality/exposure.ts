// Clipped shadows and highlights: pixels so dark or so bright in all three channels that nothing can be seen in them.
import type { SmallLab } from '../ground/small-lab.ts';
import type { AnalysisPixels } from '../stage.ts';

const CHANNELS = 3;

/** Levels of 255, from which on a pixel is clipped; JPEG moves black and white by up to 4. */
export const SHADOW_LEVEL = 4;
export const HIGHLIGHT_LEVEL = 251;

/** Shares of the picture's area, 0..1. */
export type Exposure = { underexposed: number; overexposed: number };

/** Marks of a pixel: 1 a clipped shadow, 2 a clipped highlight, else 0. */
const clipped = (red: number, green: number, blue: number): number => {
  if (Math.max(red, green, blue) <= SHADOW_LEVEL) return 1;
  return Math.min(red, green, blue) >= HIGHLIGHT_LEVEL ? 2 : 0;
};

/**
 * Clipped pixels that are not background.
 * @param background uint8 [height, width] of the small copy, 1 where background is; undefined: there is none
 */
export const exposureOf = ({ data, width, height }: AnalysisPixels, small: SmallLab, background: Uint8Array | undefined): Exposure => {
  const counts = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y += 1) {
    const row = Math.floor(y / small.block) * small.width;
    for (let x = 0; x < width; x += 1, at += CHANNELS) {
      const kind = clipped(data[at] as number, data[at + 1] as number, data[at + 2] as number);
      if (kind !== 0 && background?.[row + Math.floor(x / small.block)] !== 1) counts[kind] = (counts[kind] as number) + 1;
    }
  }
  return { underexposed: (counts[1] as number) / (width * height), overexposed: (counts[2] as number) / (width * height) };
};
