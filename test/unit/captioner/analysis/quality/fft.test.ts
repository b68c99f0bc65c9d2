// The quick transform against the sum that defines it.
import { describe, expect, it } from 'vitest';
import { halfSpectrum } from '../../../../../functions/captioner/analysis/quality/fft.ts';
import { randomFrom } from '../../../../support/random.ts';

/** The sum itself: column k, row l. */
const defined = (values: Float64Array, size: number, k: number, l: number): [number, number] => {
  let [re, im] = [0, 0];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const angle = (-2 * Math.PI * (k * x + l * y)) / size;
      re += (values[y * size + x] ?? 0) * Math.cos(angle);
      im += (values[y * size + x] ?? 0) * Math.sin(angle);
    }
  }
  return [re, im];
};

describe('the half spectrum', () => {
  it.each([2, 4, 16])('is what the definition says for %d x %d', (size) => {
    const random = randomFrom(size);
    const values = Float64Array.from({ length: size * size }, () => random() * 2 - 1);
    const { re, im } = halfSpectrum(values, size);
    expect(re.length).toBe((size / 2 + 1) * size);
    for (let k = 0; k <= size / 2; k += 1) {
      for (let l = 0; l < size; l += 1) {
        const [real, imaginary] = defined(values, size, k, l);
        expect(re[k * size + l]).toBeCloseTo(real, 9);
        expect(im[k * size + l]).toBeCloseTo(imaginary, 9);
      }
    }
  });
});
