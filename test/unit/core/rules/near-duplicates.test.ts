import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hashed, hashDistance, MOST_DISTANCE, nearDuplicates } from '../../../../functions/core/rules/near-duplicates.ts';

const picture = (name: string, dhash: string, sha256 = name): Hashed => ({ name, dhash, sha256 });

const namesOf = (pictures: Hashed[]): string[][] => nearDuplicates(pictures).map((found) => found.map(({ name }) => name));

const flipped = (dhash: string, bits: readonly number[]): string => {
  const digits = [...dhash].map((digit) => Number.parseInt(digit, 16));
  for (const bit of bits) digits[bit >> 2] = (digits[bit >> 2] ?? 0) ^ (1 << (bit & 3));
  return digits.map((digit) => digit.toString(16)).join('');
};

describe('near duplicates', () => {
  it('are pictures whose hashes differ in few bits, nearest first', () => {
    const [a, b, c] = nearDuplicates([
      picture('a', '0123456789abcdef'),
      picture('b', flipped('0123456789abcdef', [0, 9, 33])),
      picture('c', flipped('0123456789abcdef', [60])),
      picture('d', 'fedcba9876543210'),
    ]);
    expect(a).toEqual([
      { name: 'c', distance: 1 },
      { name: 'b', distance: 3 },
    ]);
    expect(b?.map(({ name }) => name)).toEqual(['a', 'c']);
    expect(c?.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['plain ones', '0000000000000000'],
    ['ones that get lighter to the right all over', 'ffffffffffffffff'],
  ])('are not pictures without any structure, unless they are the same bytes: %s', (_, plain) => {
    expect(namesOf([picture('a', plain), picture('b', plain)])).toEqual([[], []]);
    expect(namesOf([picture('a', plain, 'same'), picture('b', plain, 'same')])).toEqual([['b'], ['a']]);
  });

  it('are at most 20, however many there are', () => {
    const many = Array.from({ length: 30 }, (_, n) => picture(`p${n}`, '0123456789abcdef'));
    expect(nearDuplicates(many).map(({ length }) => length)).toEqual(Array.from({ length: 30 }, () => 20));
  });

  it('come in the order of the pictures where they are equally near', () => {
    const same = ['a', 'b', 'c', 'd'].map((name) => picture(name, name === 'c' ? flipped('0123456789abcdef', [0]) : '0123456789abcdef'));
    expect(namesOf(same)).toEqual([
      ['b', 'd', 'c'],
      ['a', 'd', 'c'],
      ['a', 'b', 'd'],
      ['a', 'b', 'c'],
    ]);
  });

  it('are found by bands just as by comparing all', () => {
    const hash = fc.stringMatching(/^[0-9a-f]{16}$/);
    const bits = fc.uniqueArray(fc.nat(63), { maxLength: MOST_DISTANCE + 3 });
    fc.assert(
      fc.property(hash, bits, (one, differing) => {
        const other = flipped(one, differing);
        expect(hashDistance(one, other)).toBe(differing.length);
        const telling = [one, other].every((dhash) => {
          const set = hashDistance(dhash, '0'.repeat(16));
          return set >= 4 && set <= 60;
        });
        const expected = telling && differing.length <= MOST_DISTANCE ? [['b'], ['a']] : [[], []];
        expect(namesOf([picture('a', one), picture('b', other)])).toEqual(expected);
      }),
    );
  });
});
