// Discrete Fourier transform of a square of complex numbers, in place: radix 2, decimation in time (Cooley and Tukey 1965).

/** Complex numbers, float64 [size, size] each; `size` is a power of two. */
export type ComplexSquare = { re: Float64Array; im: Float64Array; size: number };

/** Cosines and sines of a whole turn in `size` steps. */
type Turns = { cos: Float64Array; sin: Float64Array };

const turnsOf = (size: number): Turns => {
  const angle = (i: number): number => (-2 * Math.PI * i) / size;
  return {
    cos: Float64Array.from({ length: size / 2 }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: size / 2 }, (_, i) => Math.sin(angle(i))),
  };
};

/** Brings a line into bit-reversed order. */
const reorder = (re: Float64Array, im: Float64Array, size: number): void => {
  for (let i = 1, j = 0; i < size; i += 1) {
    let bit = size >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j] as number, re[i] as number];
    [im[i], im[j]] = [im[j] as number, im[i] as number];
  }
};

const transformLine = (re: Float64Array, im: Float64Array, size: number, { cos, sin }: Turns): void => {
  reorder(re, im, size);
  for (let half = 1; half < size; half *= 2) {
    const step = size / (2 * half);
    for (let from = 0; from < size; from += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const [low, high] = [from + k, from + k + half];
        const [c, s] = [cos[k * step] as number, sin[k * step] as number];
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

/** Swaps rows and columns. */
const transpose = (values: Float64Array, size: number): void => {
  for (let y = 0; y < size; y += 1) {
    for (let x = y + 1; x < size; x += 1) {
      const other = values[x * size + y] as number;
      values[x * size + y] = values[y * size + x] as number;
      values[y * size + x] = other;
    }
  }
};

const transformRows = ({ re, im, size }: ComplexSquare, turns: Turns): void => {
  for (let from = 0; from < size * size; from += size)
    transformLine(re.subarray(from, from + size), im.subarray(from, from + size), size, turns);
};

/** The transform, not scaled, with rows and columns swapped: what is symmetric in both, as a power spectrum's, need not be swapped back. */
export const transformSquare = (square: ComplexSquare): void => {
  const turns = turnsOf(square.size);
  transformRows(square, turns);
  transpose(square.re, square.size);
  transpose(square.im, square.size);
  transformRows(square, turns);
};
