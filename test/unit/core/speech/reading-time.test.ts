// How long texts take.
import { describe, expect, it } from 'vitest';
import {
  countWords,
  READING_WORDS_PER_MINUTE,
  readingTimeS,
  SPEAKING_WORDS_PER_MINUTE,
} from '../../../../functions/core/speech/reading-time.ts';

describe('words', () => {
  it.each([
    ['', 0],
    ['A red bicycle leans against a brick wall.', 8],
    ['… — !', 0],
    ['Ein rotes Fahrrad.', 3],
  ])('%j has %i', (text, words) => expect(countWords(text)).toBe(words));

  it('are found where none are written apart', () => expect(countWords('赤い自転車が壁に立てかけてある。')).toBeGreaterThan(4));
});

describe('the time of reading', () => {
  it('is whole seconds, of nothing none', () => {
    expect(readingTimeS('')).toBe(0);
    expect(readingTimeS('Cat.')).toBe(1);
    expect(readingTimeS('word '.repeat(READING_WORDS_PER_MINUTE))).toBe(60);
    expect(readingTimeS('word '.repeat(SPEAKING_WORDS_PER_MINUTE), SPEAKING_WORDS_PER_MINUTE)).toBe(60);
  });
});
