import { describe, expect, it } from 'vitest';
import type { Box } from '../../../../functions/core/facts/facts.ts';
import { sizeOf } from '../../../../functions/core/facts/whereabouts.ts';

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
