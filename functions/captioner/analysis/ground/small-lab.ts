// A small copy of the picture in CIELAB, for what needs areas and colours but no detail: each of its pixels is the mean of a square block.
import { writeLab } from '../../../core/facts/colour-space.ts';
import type { AnalysisPixels } from '../stage.ts';

/** Longest side of the copy in px: 0.4 % of a side is the smallest thing that areas and boxes tell. */
export const SMALL_SIDE_PX = 256;

const CHANNELS = 3;

/** CIELAB, float32 [height, width, 3]; each pixel is `block` x `block` of the picture, at the right and lower rim what is left. */
export type SmallLab = { lab: Float32Array; width: number; height: number; block: number };

/** Sums of a row of blocks, int32 [width, 3]: a block of 2,900 x 2,900 px would be too large. */
const sumsOf = ({ data, width }: AnalysisPixels, block: number, fromRow: number, toRow: number, sums: Int32Array): void => {
  sums.fill(0);
  for (let y = fromRow; y < toRow; y += 1) {
    let at = y * width * CHANNELS;
    for (let out = 0, left = width; left > 0; out += CHANNELS, left -= block) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let i = Math.min(block, left); i > 0; i -= 1) {
        red += data[at] as number;
        green += data[at + 1] as number;
        blue += data[at + 2] as number;
        at += CHANNELS;
      }
      sums[out] = (sums[out] as number) + red;
      sums[out + 1] = (sums[out + 1] as number) + green;
      sums[out + 2] = (sums[out + 2] as number) + blue;
    }
  }
};

/** The small copy. */
export const smallLab = (pixels: AnalysisPixels): SmallLab => {
  const block = Math.max(1, Math.ceil(Math.max(pixels.width, pixels.height) / SMALL_SIDE_PX));
  const [width, height] = [Math.ceil(pixels.width / block), Math.ceil(pixels.height / block)];
  const lab = new Float32Array(width * height * CHANNELS);
  const sums = new Int32Array(width * CHANNELS);
  for (let y = 0, out = 0; y < height; y += 1) {
    const toRow = Math.min((y + 1) * block, pixels.height);
    sumsOf(pixels, block, y * block, toRow, sums);
    for (let at = 0, left = pixels.width; left > 0; at += CHANNELS, out += CHANNELS, left -= block) {
      const area = (toRow - y * block) * Math.min(block, left);
      const red = Math.round((sums[at] as number) / area);
      const green = Math.round((sums[at + 1] as number) / area);
      writeLab(lab, out, red, green, Math.round((sums[at + 2] as number) / area));
    }
  }
  return { lab, width, height, block };
};
