import { describe, expect, it } from 'vitest';
import { areaOf, sharedArea } from '../../../../functions/core/facts/box-area.ts';

describe('areas of boxes', () => {
  it('are their sides multiplied, and nothing without sides', () => {
    expect(areaOf([0.1, 0.2, 0.5, 0.25])).toBe(0.125);
    expect(areaOf([0.1, 0.2, -0.5, -0.25])).toBe(0);
  });

  it('are shared where boxes lie over each other, and nowhere else', () => {
    expect(sharedArea([0, 0, 0.5, 0.5], [0.25, 0.25, 0.5, 0.5])).toBe(0.0625);
    expect(sharedArea([0, 0, 1, 1], [0.25, 0.25, 0.5, 0.5])).toBe(0.25);
    expect(sharedArea([0, 0, 0.25, 0.25], [0.5, 0.5, 0.25, 0.25])).toBe(0);
    expect(sharedArea([0, 0, 0.5, 0.5], [0.5, 0, 0.5, 0.5])).toBe(0);
  });
});
