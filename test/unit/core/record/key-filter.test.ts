import { describe, expect, it } from 'vitest';
import { isWanted } from '../../../../functions/core/record/key-filter.ts';

const ALL = { keyPrefixes: [], keySuffixes: [], outputPrefix: '' };

describe('the keys that a backfill captions', () => {
  it.each([
    ['a.jpg', {}, true],
    ['folder/', {}, false],
    ['in/a.jpg', { keyPrefixes: ['in/', 'more/'] }, true],
    ['in', { keyPrefixes: ['in/'] }, false],
    ['a.jpg', { keySuffixes: ['.png', '.jpg'] }, true],
    ['a.JPG', { keySuffixes: ['.jpg'] }, false],
    ['in/a.jpg', { keyPrefixes: ['in/'], keySuffixes: ['.jpg'] }, true],
    ['in/a.png', { keyPrefixes: ['in/'], keySuffixes: ['.jpg'] }, false],
    ['ab', { keyPrefixes: ['ab'], keySuffixes: ['b'] }, false],
    ['out/a.jpg', { outputPrefix: 'out/' }, false],
    ['outer/a.jpg', { outputPrefix: 'out/' }, true],
  ])('%s with %j: %s', (key, filter, wanted) => {
    expect(isWanted(key, { ...ALL, ...filter })).toBe(wanted);
  });
});
