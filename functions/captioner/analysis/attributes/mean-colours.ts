// The mean colours of the parts of a picture: what the attributes head is told of colours, as the captioner's features say too little.
import type { AnalysisPixels } from '../stage.ts';

/** Points of a part that are looked at: their mean is as good as that of all, and a large picture costs no more than a small one. */
const POINTS = 96;

/** Steps of Roberts' sequence R2 (2018), which fills a square evenly and runs along no stripes of a fabric. */
const STEP = [0.7548776662466927, 0.5698402909980532] as const;

const CHANNELS = 3;
const WHITE = 255;

/** For each part of a side, where its points are, in pixels: [parts, POINTS]. */
const placesOf = (length: number, parts: number, step: number): Int32Array =>
  Int32Array.from({ length: parts * POINTS }, (_, i) =>
    Math.floor(((Math.floor(i / POINTS) + ((0.5 + (i % POINTS) * step) % 1)) / parts) * length),
  );

/**
 * Mean colours of `parts` x `parts` equal parts, row by row.
 * @param pixels uint8 [height, width, 3], at least 1 x 1
 * @returns float32 [parts * parts, 3], 0..1
 */
export const meanColours = ({ data, width, height }: AnalysisPixels, parts: number): Float32Array => {
  const [across, down] = [placesOf(width, parts, STEP[0]), placesOf(height, parts, STEP[1])];
  const means = new Float32Array(parts * parts * CHANNELS);
  for (let part = 0; part < parts * parts; part += 1) {
    const [column, row] = [(part % parts) * POINTS, Math.floor(part / parts) * POINTS];
    const at = part * CHANNELS;
    for (let i = 0; i < POINTS; i += 1) {
      const from = ((down[row + i] ?? 0) * width + (across[column + i] ?? 0)) * CHANNELS;
      for (let c = 0; c < CHANNELS; c += 1) means[at + c] = (means[at + c] ?? 0) + (data[from + c] ?? 0);
    }
  }
  return means.map((sum) => sum / (POINTS * WHITE));
};
