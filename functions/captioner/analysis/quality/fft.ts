// Discrete Fourier transform of a square of real numbers: radix 2 (Cooley and Tukey 1965), two rows of real numbers as one of complex ones,
// and only the half of the columns that says everything, as the other half is its mirror.

/** A line of complex numbers, float64 [size] each; `size` is a power of two. */
type Line = { re: Float64Array; im: Float64Array };

/** Cosines and sines of a turn in `size` steps, and for each place the one with its bits reversed. */
type Plan = { size: number; cos: Float64Array; sin: Float64Array; reversed: Uint32Array };

const planFor = (size: number): Plan => {
  const angle = (i: number): number => (-2 * Math.PI * i) / size;
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i += 1) reversed[i] = ((reversed[i >> 1] as number) >> 1) | ((i & 1) * (size >> 1));
  return {
    size,
    cos: Float64Array.from({ length: size / 2 }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: size / 2 }, (_, i) => Math.sin(angle(i))),
    reversed,
  };
};

/** Transforms a line whose numbers are in bit-reversed order, in place. */
const transformLine = ({ re, im }: Line, { size, cos, sin }: Plan): void => {
  for (let half = 1; half < size; half *= 2) {
    const step = size / (2 * half);
    for (let k = 0, turn = 0; k < half; k += 1, turn += step) {
      const c = cos[turn] as number;
      const s = sin[turn] as number;
      for (let low = k; low < size; low += 2 * half) {
        const high = low + half;
        const real = (re[high] as number) * c - (im[high] as number) * s;
        const imaginary = (re[high] as number) * s + (im[high] as number) * c;
        re[high] = (re[low] as number) - real;
        im[high] = (im[low] as number) - imaginary;
        re[low] = (re[low] as number) + real;
        im[low] = (im[low] as number) + imaginary;
      }
    }
  }
};

/** Columns 0..size/2 of a spectrum, one after the other, float64 [size / 2 + 1, size] each: [column, row]. */
export type HalfSpectrum = { re: Float64Array; im: Float64Array };

/** Takes the spectra of rows `y` and `y + 1` out of their common one, into places that the transform of columns wants. */
const part = ({ re, im }: Line, half: HalfSpectrum, y: number, { size, reversed }: Plan): void => {
  const [one, other] = [reversed[y] as number, reversed[y + 1] as number];
  for (let k = 0; k <= size / 2; k += 1) {
    const mirror = (size - k) % size;
    const a = re[k] as number;
    const b = im[k] as number;
    const c = re[mirror] as number;
    const d = im[mirror] as number;
    half.re[k * size + one] = (a + c) / 2;
    half.im[k * size + one] = (b - d) / 2;
    half.re[k * size + other] = (b + d) / 2;
    half.im[k * size + other] = (c - a) / 2;
  }
};

/**
 * The half spectrum of real numbers, not scaled.
 * @param values float64 [size, size]; `size` is a power of two, at least 2
 */
export const halfSpectrum = (values: Float64Array, size: number): HalfSpectrum => {
  const plan = planFor(size);
  const length = (size / 2 + 1) * size;
  const half = { re: new Float64Array(length), im: new Float64Array(length) };
  const line = { re: new Float64Array(size), im: new Float64Array(size) };
  for (let y = 0; y < size; y += 2) {
    for (let x = 0; x < size; x += 1) {
      const to = plan.reversed[x] as number;
      line.re[to] = values[y * size + x] as number;
      line.im[to] = values[(y + 1) * size + x] as number;
    }
    transformLine(line, plan);
    part(line, half, y, plan);
  }
  for (let at = 0; at < length; at += size)
    transformLine({ re: half.re.subarray(at, at + size), im: half.im.subarray(at, at + size) }, plan);
  return half;
};
