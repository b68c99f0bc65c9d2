import { describe, expect, it } from 'vitest';
import { isOwnFile, isWanted } from '../../../../functions/core/record/key-filter.ts';

const ALL = { keyPrefixes: [], keySuffixes: [], outputPrefix: '' };

describe('own files', () => {
  it.each([
    ['out/a.jpg', 'out/', true],
    ['outer/a.jpg', 'out/', false],
    ['a.jpg', '', false],
  ])('%s below %j: %s', (key, prefix, own) => expect(isOwnFile(key, prefix)).toBe(own));
});

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
