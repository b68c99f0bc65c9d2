import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPlanes } from '../../../functions/captioner/preprocess.ts';

describe('pixels to planes', () => {
  it('puts each channel into its own plane, shifted and scaled', () => {
    const pixels = Uint8Array.of(0, 127, 255, 10, 20, 30);
    const planes = toPlanes(pixels, { width: 2, height: 1, mean: [0, 127, 5], std: [1, 128, 10] });
    expect([...planes]).toEqual([0, 10, 0, Math.fround(-107 / 128), 25, 2.5]);
  });

  it('is (pixel - mean) / std at every place', () => {
    const size = fc.record({ width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }) });
    const picture = size.chain(({ width, height }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        pixels: fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 }),
      }),
    );
    fc.assert(
      fc.property(picture, fc.nat({ max: 2 }), ({ width, height, pixels }, channel) => {
        const planes = toPlanes(pixels, { width, height, mean: [1, 2, 3], std: [4, 5, 6] });
        for (let i = 0; i < width * height; i += 1) {
          const value = ((pixels[i * 3 + channel] ?? 0) - (channel + 1)) / (channel + 4);
          expect(planes[channel * width * height + i]).toBe(Math.fround(value));
        }
      }),
    );
  });

  it('refuses a wrong number of bytes', () => {
    const spec = { width: 2, height: 2, mean: [0, 0, 0], std: [1, 1, 1] } as const;
    expect(() => toPlanes(new Uint8Array(11), { ...spec, mean: [0, 0, 0], std: [1, 1, 1] })).toThrow('Expected 12 bytes');
  });
});
