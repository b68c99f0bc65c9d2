// The detector's input: the picture stretched to a square, as planes. Stretching, not padding: NanoDet-Plus was trained so.
import { type PillowFilter, pillowResize } from '../../pillow-resize.ts';
import { toPlanes } from '../../preprocess.ts';
import type { AnalysisPixels } from '../stage.ts';

const AS_THEY_ARE = { mean: [0, 0, 0] as [number, number, number], std: [1, 1, 1] as [number, number, number] };

/** Red, green and blue planes, float32 [3, side, side], 0..255. */
export const squarePlanes = (pixels: AnalysisPixels, side: number, filter: PillowFilter): Float32Array => {
  const { data } = pillowResize(pixels, side, side, filter);
  return toPlanes(data, { width: side, height: side, ...AS_THEY_ARE });
};
