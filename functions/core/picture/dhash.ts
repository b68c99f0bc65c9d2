// 64-bit difference hash of a picture: alike pictures differ in few bits. Of the decoded pixels, so the same for every turn
// that EXIF describes, and nearly the same after another encoding or another size.

const CHANNELS = 3;
const COLUMNS = 9;
const ROWS = 8;

/** Neighbours are told apart from here on, in levels of 255; below it noise would decide, as on a plain background. */
const LEAST_STEP_LEVELS = 1;

/** Rec. 601 luma. */
const LUMA = [0.299, 0.587, 0.114] as const;
const HEX_BITS = 4;

/** Means of `parts` equal stretches of a line; a value on a border counts for both by its share. */
const means = (line: Float64Array, parts: number): Float64Array => {
  const before = new Float64Array(line.length + 1);
  for (let i = 0; i < line.length; i += 1) before[i + 1] = (before[i] ?? 0) + (line[i] ?? 0);
  const upTo = (place: number): number => {
    const whole = Math.floor(place);
    return (before[whole] ?? 0) + (place - whole) * (line[whole] ?? 0);
  };
  const size = line.length / parts;
  return Float64Array.from({ length: parts }, (_, part) => (upTo((part + 1) * size) - upTo(part * size)) / size);
};

const greyLine = (pixels: Uint8Array, width: number, y: number): Float64Array => {
  const line = new Float64Array(width);
  for (let x = 0; x < width; x += 1) {
    const at = (y * width + x) * CHANNELS;
    line[x] = (pixels[at] ?? 0) * LUMA[0] + (pixels[at + 1] ?? 0) * LUMA[1] + (pixels[at + 2] ?? 0) * LUMA[2];
  }
  return line;
};

/**
 * The hash as 16 hexadecimal digits: row by row, a bit is 1 where a cell of the 9 x 8 grid is darker than its right neighbour.
 * @param pixels uint8 [height, width, 3]; the whole picture, in any proportions
 * @throws RangeError when the number of bytes is not height * width * 3
 */
export const dhash = (pixels: Uint8Array, { width, height }: { width: number; height: number }): string => {
  if (pixels.length !== width * height * CHANNELS)
    throw new RangeError(`Expected ${width * height * CHANNELS} bytes for ${width} x ${height} RGB but received ${pixels.length}`);
  const narrow = Array.from({ length: height }, (_, y) => means(greyLine(pixels, width, y), COLUMNS));
  const columns = Array.from({ length: COLUMNS }, (_, x) =>
    means(
      Float64Array.from(narrow, (line) => line[x] ?? 0),
      ROWS,
    ),
  );
  let bits = '';
  for (let y = 0; y < ROWS; y += 1)
    for (let x = 0; x + 1 < COLUMNS; x += 1) bits += (columns[x + 1]?.[y] ?? 0) - (columns[x]?.[y] ?? 0) >= LEAST_STEP_LEVELS ? '1' : '0';
  return (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(1 << HEX_BITS)).join('');
};
