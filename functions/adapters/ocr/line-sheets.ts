// Lines of text one below the other on sheets, so that one request reads many of them, and which line a place of a sheet belongs to.
import type { LineImage } from '../../core/facts/text-reader.ts';

/** Most lines of a sheet: Rekognition finds at most 100 words in a picture. */
export const LINES_A_SHEET = 16;

/** Ground between lines, in px. */
const GAP_PX = 24;

/** Shortest side of a sheet, in px: Rekognition takes no smaller pictures. */
const MIN_SIDE_PX = 80;

const WHITE = 255;

/** A sheet, and where each of its lines begins, in px from the top. */
export type Sheet = { image: LineImage; tops: number[] };

const sheetOf = (lines: readonly LineImage[]): Sheet => {
  const width = Math.max(MIN_SIDE_PX, ...lines.map((line) => line.width));
  const tops: number[] = [];
  let bottom = 0;
  for (const { height } of lines) {
    tops.push(bottom);
    bottom += height + GAP_PX;
  }
  const height = Math.max(MIN_SIDE_PX, bottom);
  const data = new Uint8Array(width * height).fill(WHITE);
  lines.forEach((line, i) => {
    for (let y = 0; y < line.height; y++)
      data.set(line.data.subarray(y * line.width, (y + 1) * line.width), ((tops[i] as number) + y) * width);
  });
  return { image: { data, width, height }, tops };
};

/** The lines on as few sheets as they need, in their order. */
export const lineSheets = (lines: readonly LineImage[]): Sheet[] =>
  Array.from({ length: Math.ceil(lines.length / LINES_A_SHEET) }, (_, i) =>
    sheetOf(lines.slice(i * LINES_A_SHEET, (i + 1) * LINES_A_SHEET)),
  );

/** The number of the line at `y` px from the top of the sheet; what is below a line belongs to it, too. */
export const lineAt = ({ tops }: Sheet, y: number): number =>
  Math.max(
    0,
    tops.findLastIndex((top) => top <= y),
  );
