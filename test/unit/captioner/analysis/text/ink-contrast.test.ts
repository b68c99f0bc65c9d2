import { describe, expect, it } from 'vitest';
import { bestContrast, evened, type Plane, parting } from '../../../../../functions/captioner/analysis/text/ink-contrast.ts';

const [WIDTH, HEIGHT] = [120, 12];

const plane = (value: (x: number, y: number) => number): Plane => ({
  data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => value(i % WIDTH, Math.floor(i / WIDTH))),
  width: WIDTH,
  height: HEIGHT,
});

/** Strokes of 4 px every 12 px. */
const isInk = (x: number, y: number): boolean => x % 12 < 4 && y >= 2 && y < 10;

const meanOf = ({ data }: Plane, of: (x: number, y: number) => boolean): number => {
  const picked = [...data].filter((_, i) => of(i % WIDTH, Math.floor(i / WIDTH)));
  return picked.reduce((sum, value) => sum + value, 0) / picked.length;
};

describe('contrast along a line', () => {
  it('is even where the light falls off', () => {
    const even = evened(
      plane((x, y) => (isInk(x, y) ? 40 : 200) * (1 - x / 200)),
      24,
    );
    const parts = [0, 1].map((half) => (x: number, y: number) => !isInk(x, y) && (half === 0 ? x < 40 : x >= 80));
    const [left, right] = parts.map((of) => meanOf(even, of)) as [number, number];
    expect(Math.abs(left - right)).toBeLessThan(0.35);
    expect(left - meanOf(even, isInk)).toBeGreaterThan(1.2);
  });

  it('does not make noise on plain ground stronger', () => {
    const even = evened(
      plane((x, y) => 100 + ((x * 7 + y * 13) % 3)),
      24,
    );
    expect(Math.max(...even.data.map(Math.abs))).toBeLessThan(0.3);
  });
});

describe('how well ink and ground part', () => {
  it('is all of the variance for two levels, less with noise, and nothing for one level', () => {
    expect(parting(plane((x, y) => (isInk(x, y) ? 10 : 200)))).toBeCloseTo(1, 2);
    const ramp = parting(plane((x) => x));
    expect(ramp).toBeGreaterThan(0.6);
    expect(ramp).toBeLessThan(0.85);
    expect(parting(plane(() => 5))).toBe(0);
  });
});

describe('the mixture of colours', () => {
  const flat = plane(() => 100);

  it('is luma where luma shows the ink', () => {
    const grey = plane((x, y) => (isInk(x, y) ? 20 : 220));
    const best = bestContrast([grey, grey, grey], 24);
    expect(meanOf(best, isInk)).toBeLessThan(-1);
  });

  it('is another where red ink is as light as its ground', () => {
    const red = plane((x, y) => (isInk(x, y) ? 200 : 100));
    const green = plane((x, y) => (isInk(x, y) ? 49 : 100));
    const best = bestContrast([red, green, flat], 24);
    expect(Math.abs(meanOf(best, isInk) - meanOf(best, (x, y) => !isInk(x, y)))).toBeGreaterThan(1.5);
  });
});
