// How the command line words the number of people.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { factsLines } from '../../../../functions/handlers/caption/caption-facts.ts';

describe('the number of people on the command line', () => {
  it.each<[string, NonNullable<Facts['people']>, string[]]>([
    ['to the person', { count: 2, confidence: 0.8 }, ['    people: 2 (exactly 2: 80 %)']],
    ['without a probability', { count: 2 }, ['    people: 2']],
    ['the most that is counted', { count: 13, confidence: 0.7, orMore: true }, ['    people: 13 or more 70 %']],
    ['nobody', { count: 0, confidence: 0.9 }, []],
  ])('%s', (_, people, lines) => {
    expect(factsLines({ people })).toEqual(lines);
  });
});
