import { describe, expect, it } from 'vitest';
import type { Box } from '../../../../functions/core/facts/facts.ts';
import { placeOf, sizeOf } from '../../../../functions/core/facts/whereabouts.ts';

describe('where a thing is', () => {
  it.each<[Box, string]>([
    [[0, 0, 0.2, 0.2], 'upper left'],
    [[0.4, 0, 0.2, 0.2], 'top'],
    [[0.8, 0.05, 0.2, 0.2], 'upper right'],
    [[0, 0.4, 0.2, 0.2], 'left'],
    [[0.4, 0.4, 0.2, 0.2], 'centre'],
    [[0.8, 0.4, 0.2, 0.2], 'right'],
    [[0, 0.8, 0.2, 0.2], 'lower left'],
    [[0.4, 0.8, 0.2, 0.2], 'bottom'],
    [[0.8, 0.8, 0.2, 0.2], 'lower right'],
  ])('%j is %s', (box, place) => {
    expect(placeOf(box)).toBe(place);
  });

  it('goes by the other side when the thing reaches across', () => {
    expect(placeOf([0, 0.7, 0.9, 0.3])).toBe('bottom');
    expect(placeOf([0, 0, 0.3, 1])).toBe('left');
    expect(placeOf([0, 0, 1, 1])).toBe('centre');
  });
});

describe('how large a thing is', () => {
  it.each<[Box, string]>([
    [[0, 0, 1, 0.6], 'fills the picture'],
    [[0, 0, 0.5, 0.5], 'large'],
    [[0, 0, 0.25, 0.2], 'medium'],
    [[0, 0, 0.1, 0.1], 'small'],
    [[0, 0, 0, 0], 'small'],
  ])('%j: %s', (box, size) => {
    expect(sizeOf(box)).toBe(size);
  });
});
