// Pillow's Image.resize to the last bit, for 8-bit RGB (src/libImaging/Resample.c): a separable filter whose support grows when
// shrinking, weights as 22-bit integers, one pass along x and one along y, and 8-bit values between them.

/** Filters of Pillow. */
export type PillowFilter = 'bilinear' | 'bicubic' | 'lanczos';

/** Pixels, uint8 [height, width, 3]. */
export type Rgb = { data: Uint8Array; width: number; height: number };

/** A size in px, and whether the picture is stretched to it or covers it and is cut. */
export type Target = { width: number; height: number; fit: 'fill' | 'cover' };

const CHANNELS = 3;

/** Bits of a weight after the point; 8 bits of the value and 2 for sums over 1 leave room in an int32. */
const PRECISION_BITS = 32 - 8 - 2;
const ONE = 2 ** PRECISION_BITS;
const HALF = 2 ** (PRECISION_BITS - 1);

const sinc = (x: number): number => {
  if (x === 0) return 1;
  const turned = x * Math.PI;
  return Math.sin(turned) / turned;
};

/** Keys' cubic with a = -0.5, written as in Pillow: floating point is not associative. */
const cubic = (at: number): number => {
  const a = -0.5;
  const x = Math.abs(at);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
};

const FILTERS: Record<PillowFilter, { support: number; weight: (x: number) => number }> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** For each output: its first input, the number of inputs, and `size` places for their weights. */
type Kernel = { size: number; first: Int32Array; count: Int32Array; weights: Int32Array };

/** Rounds half away from zero, as C's (int)(0.5 + x) and (int)(-0.5 + x) do. */
const toInteger = (weight: number): number => Math.trunc(weight < 0 ? -0.5 + weight * ONE : 0.5 + weight * ONE);

const kernelFor = (from: number, to: number, filter: PillowFilter): Kernel => {
  const { support: base, weight } = FILTERS[filter];
  const scale = from / to;
  const filterScale = Math.max(1, scale);
  const support = base * filterScale;
  const size = Math.ceil(support) * 2 + 1;
  const kernel = { size, first: new Int32Array(to), count: new Int32Array(to), weights: new Int32Array(to * size) };
  const narrow = 1 / filterScale;
  for (let out = 0; out < to; out += 1) {
    const centre = (out + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const weights = Array.from({ length: count }, (_, i) => weight((i + first - centre + 0.5) * narrow));
    const total = weights.reduce((sum, one) => sum + one, 0);
    weights.forEach((one, i) => {
      kernel.weights[out * size + i] = toInteger(total === 0 ? one : one / total);
    });
    kernel.first[out] = first;
    kernel.count[out] = count;
  }
  return kernel;
};

/**
 * One pass along x. The sums of a pixel are kept apart, so that each input byte is read once, and two rows go along together, so that each
 * weight is. Sums are made 8 bits by their array, which rounds what lies outside to its ends.
 */
const alongX = ({ data, width, height }: Rgb, to: number, { size, first, count, weights }: Kernel): Rgb => {
  const out = new Uint8ClampedArray(to * height * CHANNELS);
  for (let y = 0; y < height; y += 2) {
    const apart = y + 1 < height ? 1 : 0; // the last row of an odd number goes along with itself
    const [below, outBelow] = [apart * width * CHANNELS, apart * to * CHANNELS];
    let at = y * to * CHANNELS;
    for (let x = 0; x < to; x += 1) {
      const begin = x * size;
      const end = begin + (count[x] as number);
      let from = (y * width + (first[x] as number)) * CHANNELS;
      let under = from + below;
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let redBelow = HALF;
      let greenBelow = HALF;
      let blueBelow = HALF;
      for (let k = begin; k < end; k += 1) {
        const weight = weights[k] as number;
        red += Math.imul(data[from] as number, weight);
        green += Math.imul(data[from + 1] as number, weight);
        blue += Math.imul(data[from + 2] as number, weight);
        redBelow += Math.imul(data[under] as number, weight);
        greenBelow += Math.imul(data[under + 1] as number, weight);
        blueBelow += Math.imul(data[under + 2] as number, weight);
        from += CHANNELS;
        under += CHANNELS;
      }
      out[at] = red >> PRECISION_BITS;
      out[at + 1] = green >> PRECISION_BITS;
      out[at + 2] = blue >> PRECISION_BITS;
      out[at + outBelow] = redBelow >> PRECISION_BITS;
      out[at + outBelow + 1] = greenBelow >> PRECISION_BITS;
      out[at + outBelow + 2] = blueBelow >> PRECISION_BITS;
      at += CHANNELS;
    }
  }
  return { data: new Uint8Array(out.buffer), width: to, height };
};

/** Rows that are added at once. */
const ROWS = 4;

/** Adds four rows by their weights. */
const addRows = (sums: Int32Array, rows: readonly Uint8Array[], weights: Int32Array): void => {
  const [a, b, c, d] = rows as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const [p = 0, q = 0, r = 0, s = 0] = weights;
  for (let i = 0; i < sums.length; i += 1) {
    sums[i] =
      (sums[i] as number) +
      Math.imul(a[i] as number, p) +
      Math.imul(b[i] as number, q) +
      Math.imul(c[i] as number, r) +
      Math.imul(d[i] as number, s);
  }
};

/** One pass along y: whole rows are added up, so that memory is read in order. */
const alongY = ({ data, width, height }: Rgb, to: number, { size, first, count, weights }: Kernel): Rgb => {
  const length = width * CHANNELS;
  const out = new Uint8ClampedArray(to * length);
  const sums = new Int32Array(length);
  const some = new Int32Array(ROWS);
  /** A row that is there; of a place after the last one the weight is 0. */
  const row = (y: number): Uint8Array => data.subarray(Math.min(height - 1, y) * length, (Math.min(height - 1, y) + 1) * length);
  for (let y = 0; y < to; y += 1) {
    sums.fill(HALF);
    const end = y * size + (count[y] as number);
    for (let k = y * size, from = first[y] as number; k < end; k += ROWS, from += ROWS) {
      for (let i = 0; i < ROWS; i += 1) some[i] = k + i < end ? (weights[k + i] as number) : 0;
      addRows(sums, [row(from), row(from + 1), row(from + 2), row(from + 3)], some);
    }
    const begin = y * length;
    for (let i = 0; i < length; i += 1) out[begin + i] = (sums[i] as number) >> PRECISION_BITS;
  }
  return { data: new Uint8Array(out.buffer), width, height: to };
};

/** Since Pillow 13, heights that shrink by over twice as many px as widths go first; before, the pass along x always did. */
const heightFirst = (from: Rgb, width: number, height: number): boolean =>
  height < from.height && from.height - height > 2 * (from.width - width);

/** The picture in another size, as `Image.resize((width, height), filter)` of Pillow 13 makes it. A side that stays has no pass. */
export const pillowResize = (picture: Rgb, width: number, height: number, filter: PillowFilter): Rgb => {
  const wide = (from: Rgb): Rgb => (width === from.width ? from : alongX(from, width, kernelFor(from.width, width, filter)));
  const high = (from: Rgb): Rgb => (height === from.height ? from : alongY(from, height, kernelFor(from.height, height, filter)));
  return heightFirst(picture, width, height) ? wide(high(picture)) : high(wide(picture));
};

/** The middle of a picture; where a border cannot be halved, the upper and the left one are the smaller. */
const middleOf = ({ data, width: from, height: high }: Rgb, width: number, height: number): Rgb => {
  const left = Math.floor((from - width) / 2);
  const upper = Math.floor((high - height) / 2);
  const out = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y += 1) {
    const begin = ((y + upper) * from + left) * CHANNELS;
    out.set(data.subarray(begin, begin + width * CHANNELS), y * width * CHANNELS);
  }
  return { data: out, width, height };
};

/** The picture stretched to a size, or made as small as covers it and cut to its middle. */
export const pillowFit = (picture: Rgb, { width, height, fit }: Target, filter: PillowFilter): Rgb => {
  if (fit === 'fill') return pillowResize(picture, width, height, filter);
  const scale = Math.max(width / picture.width, height / picture.height);
  const covering = (side: number, least: number): number => Math.max(least, Math.trunc(side * scale));
  return middleOf(pillowResize(picture, covering(picture.width, width), covering(picture.height, height), filter), width, height);
};
