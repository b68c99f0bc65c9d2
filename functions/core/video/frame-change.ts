// How much two small frames differ, and how much there is to see in one.

/** Levels of each channel in the histogram. */
const LEVELS = 8;
const SHIFT = 5;
const FULL = 255;
const CHANNELS = 3;

const histogramOf = (pixels: Uint8Array): Float32Array => {
  const counts = new Float32Array(LEVELS * CHANNELS);
  for (let i = 0; i < pixels.length; i += 1) {
    const slot = (i % CHANNELS) * LEVELS + ((pixels[i] ?? 0) >> SHIFT);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
};

/** How different two frames (uint8 RGB of one size) are, 0..1: the larger of the mean distance of pixels and half of the histograms' distance. */
export const changeBetween = (before: Uint8Array, after: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < after.length; i += 1) sum += Math.abs((after[i] ?? 0) - (before[i] ?? 0));
  const [a, b] = [histogramOf(before), histogramOf(after)];
  const histograms = a.reduce((total, count, i) => total + Math.abs(count - (b[i] ?? 0)), 0) / (2 * after.length);
  return Math.max(sum / after.length / FULL, histograms / 2);
};

/** How much there is to see in a frame (uint8 RGB), 0..255: the mean distance of neighbours. */
export const detailOf = (pixels: Uint8Array): number => {
  let sum = 0;
  for (let i = CHANNELS; i < pixels.length; i += 1) sum += Math.abs((pixels[i] ?? 0) - (pixels[i - CHANNELS] ?? 0));
  return sum / pixels.length;
};
