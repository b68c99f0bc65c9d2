// How the bench tells whether all contenders say the same.
import { describe, expect, it } from 'vitest';
import { compareAll } from '../../bench/against/equality.ts';

const answer = (more: { sequences?: number[][]; texts?: string[] }) => ({ ms: 1, ...more });

describe('compareAll', () => {
  it('counts equal sequences and shows the first other one', () => {
    const [, other] = compareAll([
      { name: 'reference', answer: answer({ sequences: [[1, 2], [3]] }) },
      { name: 'other', answer: answer({ sequences: [[1, 2], [4]] }) },
    ]);
    expect(other).toEqual({ name: 'other', equal: 1, of: 2, first: 'picture 1: 4 instead of 3' });
  });

  it('gives who tells only texts the tokens of who tells both', () => {
    const compared = compareAll([
      { name: 'reference', answer: answer({ sequences: [[1, 2], [3]] }) },
      { name: 'texts', answer: answer({ texts: ['a dog', 'a bird'] }) },
      { name: 'both', answer: answer({ sequences: [[1, 2], [3]], texts: ['a dog', 'a cat'] }) },
    ]);
    expect(compared.map(({ name, equal }) => [name, equal])).toEqual([
      ['reference', 2],
      ['texts', 1],
      ['both', 2],
    ]);
    expect(compared[1]?.first).toBe('picture 1: a bird instead of 3');
  });

  it('has nothing to say of nobody', () => {
    expect(compareAll([])).toEqual([]);
  });
});
