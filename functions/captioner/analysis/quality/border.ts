// Frames and bars around a picture: even lines of one colour along a side that end at a straight edge. The white space around a product
// is no border, as it does not end along the whole side.
import type { Quality } from '../../../core/facts/quality.ts';
import type { AnalysisPixels } from '../stage.ts';

const CHANNELS = 3;

/** Levels of 255 that a border's pixels may be away from its colour: what JPEG leaves beside an edge. */
const SAME_LEVELS = 16;
/** Levels from which on a pixel is of another colour. */
const OTHER_LEVELS = 28;
/**
 * Shares of a line: of the border's colour inside it, and of another colour behind its end. So a frame is at most 0.1 of the side wide, bars
 * above and below may be wider; a product with straight edges that fills nearly the whole picture cannot be told from a picture in a frame.
 */
const EVEN_SHARE = 0.97;
const EDGE_SHARE = 0.78;
/** Lines behind the end, where it is looked for another colour: an edge is soft where colour has half the resolution. */
const BEHIND_LINES = 3;
/** Widest border, as share of the side. */
const MAX_SHARE = 0.45;
/** Pixels of a line that are looked at, at least, spread evenly. */
const SAMPLES = 160;

/** A side seen from outside: lines of pixels, `start` is the first pixel, `down` the way to the next line, `along` the way on a line (bytes). */
type Side = { start: number; down: number; along: number; lines: number; length: number };

const sidesOf = ({ width, height }: AnalysisPixels): [Side, Side, Side, Side] => {
  const [right, lower] = [CHANNELS, width * CHANNELS];
  const last = (height - 1) * lower + (width - 1) * right;
  return [
    { start: 0, down: right, along: lower, lines: width, length: height },
    { start: 0, down: lower, along: right, lines: height, length: width },
    { start: last, down: -right, along: -lower, lines: width, length: height },
    { start: last, down: -lower, along: -right, lines: height, length: width },
  ];
};

/** The middle value of each channel of the first line: its colour, whatever else crosses it. */
const colourOf = (data: Uint8Array, { start, along, length }: Side): number[] =>
  [0, 1, 2].map((channel) => {
    const values = Uint8Array.from({ length }, (_, i) => data[start + i * along + channel] as number).toSorted();
    return values[Math.floor(length / 2)] as number;
  });

const farthest = (data: Uint8Array, at: number, colour: readonly number[]): number =>
  Math.max(
    Math.abs((data[at] as number) - (colour[0] as number)),
    Math.abs((data[at + 1] as number) - (colour[1] as number)),
    Math.abs((data[at + 2] as number) - (colour[2] as number)),
  );

/** The share of a line's pixels that are at most `levels` away from a colour. */
const nearShare = (
  data: Uint8Array,
  { start, down, along, length }: Side,
  line: number,
  colour: readonly number[],
  levels: number,
): number => {
  const step = Math.max(1, Math.floor(length / SAMPLES));
  let near = 0;
  let count = 0;
  for (let i = 0; i < length; i += step) {
    if (farthest(data, start + line * down + i * along, colour) <= levels) near += 1;
    count += 1;
  }
  return near / count;
};

const widthOf = (data: Uint8Array, side: Side): number => {
  const colour = colourOf(data, side);
  const most = Math.floor(side.lines * MAX_SHARE);
  let lines = 0;
  while (lines <= most && nearShare(data, side, lines, colour, SAME_LEVELS) >= EVEN_SHARE) lines += 1;
  if (lines === 0 || lines > most) return 0;
  const behind = Math.min(lines + BEHIND_LINES - 1, side.lines - 1);
  return 1 - nearShare(data, side, behind, colour, OTHER_LEVELS) >= EDGE_SHARE ? lines / side.lines : 0;
};

/** Widths of the borders in fractions of the side: left, top, right, bottom; 0 where there is none. */
export const borderOf = (pixels: AnalysisPixels): Quality['border'] => {
  const [left, top, right, bottom] = sidesOf(pixels);
  const { data } = pixels;
  return [widthOf(data, left), widthOf(data, top), widthOf(data, right), widthOf(data, bottom)];
};
