// Pixels to the encoder's input. Resizing happens where the picture is decoded; this is the arithmetic after it.
import type { ImageSpec } from './manifest.ts';

const CHANNELS = 3;
const BYTES = 256;

/** What each byte becomes. */
const valuesOf = (mean: number, std: number): Float32Array => Float32Array.from({ length: BYTES }, (_, byte) => (byte - mean) / std);

/**
 * Red, green and blue planes of normalised values: out[c, y, x] = (pixel[y, x, c] - mean[c]) / std[c].
 * @param pixels uint8 [height, width, 3], sRGB
 * @returns float32 [3, height, width]
 * @throws RangeError when the number of bytes is not height * width * 3
 */
export const toPlanes = (
  pixels: Uint8Array,
  { width, height, mean, std }: Pick<ImageSpec, 'width' | 'height' | 'mean' | 'std'>,
): Float32Array => {
  const size = width * height;
  if (pixels.length !== size * CHANNELS) {
    throw new RangeError(`Expected ${size * CHANNELS} bytes for ${width} x ${height} RGB but received ${pixels.length}`);
  }
  const planes = new Float32Array(size * CHANNELS);
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const values = valuesOf(mean[channel] ?? 0, std[channel] ?? 1);
    for (let at = channel * size, from = channel; from < pixels.length; at += 1, from += CHANNELS)
      planes[at] = values[pixels[from] as number] as number;
  }
  return planes;
};
