// Pixels made by a rule, for what is measured of pixels.
import type { AnalysisPixels } from '../../functions/captioner/analysis/stage.ts';
import type { Rgb } from '../../functions/core/facts/colour-space.ts';

const CHANNELS = 3;

/** White. */
export const WHITE: Rgb = [255, 255, 255];

/** A picture whose pixels say their colours by their places. */
export const drawn = (width: number, height: number, colour: (x: number, y: number) => Rgb): AnalysisPixels => {
  const data = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data.set(colour(x, y), (y * width + x) * CHANNELS);
  return { data, width, height };
};

/** A picture of one colour. */
export const filled = (width: number, height: number, colour: Rgb): AnalysisPixels => drawn(width, height, () => colour);
