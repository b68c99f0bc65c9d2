// Facts that people see speak of others as machines' texts do.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { wordedFacts } from '../../../../functions/core/text/worded-facts.ts';

const BOX = [0, 0, 1, 1] as const;
const FACTS: Facts = {
  objects: [{ label: 'woman', confidence: 0.9, box: BOX }],
  dense: [{ text: 'A young man with a racket.', confidence: 0.8, box: BOX }],
  shots: [
    { startMs: 0, endMs: 900, text: 'A woman runs.' },
    { startMs: 900, endMs: 2_000 },
  ],
  text: [{ text: 'MAN OF THE MATCH' }],
  failed: { logos: 'a line from inside' },
};

describe('facts for people', () => {
  it('are in neutral words, but for what is read in the picture', () => {
    expect(wordedFacts(FACTS, { genderNeutral: true })).toEqual({
      objects: [{ label: 'person', confidence: 0.9, box: BOX }],
      dense: [{ text: 'A person with a racket.', confidence: 0.8, box: BOX }],
      shots: [
        { startMs: 0, endMs: 900, text: 'A person runs.' },
        { startMs: 900, endMs: 2_000 },
      ],
      text: [{ text: 'MAN OF THE MATCH' }],
      failed: { logos: 'it could not be found out' },
    });
  });

  it('say nothing of age also where genders are said, and have no parts that nobody looked for', () => {
    expect(wordedFacts(FACTS, { genderNeutral: false }).dense?.[0]?.text).toBe('A man with a racket.');
    expect(wordedFacts({}, { genderNeutral: true })).toEqual({});
  });
});
