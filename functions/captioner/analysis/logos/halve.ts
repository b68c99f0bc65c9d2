// Half of each side, each px the rounded mean of four, as Pillow's Image.reduce(2): a cheap first step of shrinking a picture a lot.
import type { AnalysisPixels } from '../stage.ts';

const byte = (data: Uint8Array, i: number): number => data[i] as number;

/** The picture with half its sides; an odd last row or column is left out. */
export const halve = ({ data, width, height }: AnalysisPixels): AnalysisPixels => {
  const [wide, high] = [width >> 1, height >> 1];
  const out = new Uint8Array(wide * high * 3);
  const row = width * 3;
  let to = 0;
  for (let y = 0; y < high; y += 1) {
    let from = y * 2 * row;
    for (let x = 0; x < wide; x += 1) {
      const under = from + row;
      out[to] = (byte(data, from) + byte(data, from + 3) + byte(data, under) + byte(data, under + 3) + 2) >> 2;
      out[to + 1] = (byte(data, from + 1) + byte(data, from + 4) + byte(data, under + 1) + byte(data, under + 4) + 2) >> 2;
      out[to + 2] = (byte(data, from + 2) + byte(data, from + 5) + byte(data, under + 2) + byte(data, under + 5) + 2) >> 2;
      from += 6;
      to += 3;
    }
  }
  return { data: out, width: wide, height: high };
};

/** Halved as often as both sides stay at least as long as the square's. */
export const halvedTowards = (pixels: AnalysisPixels, side: number): AnalysisPixels =>
  Math.min(pixels.width, pixels.height) >= side * 2 ? halvedTowards(halve(pixels), side) : pixels;
