// Cutting: at sentences and clauses, never inside a word or a quotation.
import { describe, expect, it } from 'vitest';
import { cutTo, withoutClauses } from '../../../../functions/core/text/clauses.ts';
import { lengthOf, listed, stopped } from '../../../../functions/core/text/letters.ts';
import { contentWords, wordsOf } from '../../../../functions/core/text/words.ts';
import { randomFrom, whole } from '../../../support/random.ts';

const SEED = 6;
const ROUNDS = 2_000;
const WORDS = [...'a dog, with the cat. Two people on and bench; “stop” red – in front of éclair 犬 🐶 A'.split(' '), '“no way”'];

describe('cutTo', () => {
  it.each([
    [30, 'A person dressed in red and white on a stage with lights.', 'A person dressed in red.'],
    [30, 'She said “no, never, at any time” to a person with a hat.', 'She said.'],
    [50, 'She said “no, never, at any time” to a person with a hat.', 'She said “no, never, at any time” to a person.'],
    [10, '“No, never, at any time”', '“No, never, at any time”.'],
    [12, 'A "no way" sign on a wall.', 'A "no way".'],
    [44, 'A dog under a red, white and blue flag of a very large country.', 'A dog.'],
    [20, 'A bowl of soup; a plate of bread.', 'A bowl of soup.'],
    [10, '犬がソファの上に座っていて、猫が窓辺に座っています。', '犬がソファの上に座。'],
    [7, '🐶🐶🐶🐶🐶🐶🐶', '🐶🐶🐶🐶🐶🐶🐶'],
    [3, '...and so on', '...and.'],
  ])('to %i characters: %s', (most, text, cut) => {
    expect(cutTo(text, most)).toBe(cut);
  });

  it('ends soon on long runs of spaces and marks, whose end is another one', () => {
    const spaces = `A dog, x${' '.repeat(7_000)}b with a cat`;
    expect(cutTo(spaces, 7_010)).toBe(`${spaces.slice(0, -' with a cat'.length)}.`);
    expect(cutTo(spaces, 60)).toBe('A dog.');
    expect(cutTo(`A dog${' ,'.repeat(3_000)} b with a cat`, 60)).toBe('A dog.');
    expect(cutTo('A dog and, - the cat of a friend', 16)).toBe('A dog.');
  });

  it('gives a beginning of whole words that fits, or the first word or quotation alone', () => {
    const random = randomFrom(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const text = Array.from({ length: 1 + whole(random, 20) }, () => WORDS[whole(random, WORDS.length)]).join(' ');
      const most = 1 + whole(random, 60);
      const cut = cutTo(text, most);
      const [all, kept] = [wordsOf(text), wordsOf(cut)];
      expect(all.slice(0, kept.length), text).toEqual(kept);
      const shorter = cut.replace(/(?:“[^”]*”\.?|\S+)$/u, '');
      if (lengthOf(cut) > most) expect(contentWords(shorter), `${text} | ${cut}`).toEqual([]);
      expect(cut.split('“').length, cut).toBe(cut.split('”').length);
    }
  });
});

describe('withoutClauses', () => {
  const isCat = (words: string): boolean => wordsOf(words).includes('cat');

  it('drops what is unwanted and what came after it, sentence by sentence', () => {
    expect(withoutClauses('A dog with a cat on a rug. A cat. A tree.', isCat)).toBe('A dog. A tree.');
    expect(withoutClauses('A dog.', isCat)).toBe('A dog.');
    expect(withoutClauses('A cat.', isCat)).toBe('');
  });
});

describe('sentences', () => {
  it('end with the full stop of their script, once', () => {
    expect(['A dog', 'A dog.', 'Why?', 'He said “no.”', '犬', '犬。'].map(stopped)).toEqual([
      'A dog.',
      'A dog.',
      'Why?',
      'He said “no.”',
      '犬。',
      '犬。',
    ]);
  });

  it('list their parts', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
