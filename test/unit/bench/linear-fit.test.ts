// The straight line of the scaling bench.
import { describe, expect, it } from 'vitest';
import { linearFit } from '../../bench/linear-fit.ts';

describe('linearFit', () => {
  it('finds the line that points lie on', () => {
    const { slope, intercept, r2 } = linearFit([1, 2, 5].map((x) => ({ x, y: 3 * x - 1 })));
    expect(slope).toBeCloseTo(3);
    expect(intercept).toBeCloseTo(-1);
    expect(r2).toBeCloseTo(1);
  });

  it('tells how much of the variance the line explains', () => {
    const { slope, r2 } = linearFit([0, 1, 2, 3].map((x) => ({ x, y: [0, 2, 1, 3][x] ?? 0 })));
    expect(slope).toBeCloseTo(0.8);
    expect(r2).toBeCloseTo(0.64);
  });

  it('explains a constant', () => {
    expect(linearFit([1, 2].map((x) => ({ x, y: 5 }))).r2).toBe(1);
  });
});
