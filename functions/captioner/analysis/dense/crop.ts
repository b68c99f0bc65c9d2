// A part of the pixels, cut out.
import type { Box } from '../../../core/facts/facts.ts';
import type { AnalysisPixels } from '../stage.ts';

const CHANNELS = 3;

/** A span in fractions as whole px, at least one: [first, length]. */
const pixelsOf = (from: number, length: number, side: number): [number, number] => {
  const first = Math.min(side - 1, Math.max(0, Math.round(from * side)));
  return [first, Math.max(1, Math.min(side, Math.round((from + length) * side)) - first)];
};

/** The pixels within a box, uint8 [height, width, 3]; sides are whole px, never 0. */
export const cropPixels = ({ data, width, height }: AnalysisPixels, box: Box): AnalysisPixels => {
  const [left, wide] = pixelsOf(box[0], box[2], width);
  const [top, high] = pixelsOf(box[1], box[3], height);
  const out = new Uint8Array(wide * high * CHANNELS);
  for (let y = 0; y < high; y += 1) {
    const begin = ((top + y) * width + left) * CHANNELS;
    out.set(data.subarray(begin, begin + wide * CHANNELS), y * wide * CHANNELS);
  }
  return { data: out, width: wide, height: high };
};
