// Words to a sentence that reads well aloud: sentence case, full stop, no emoji, "a" or "an" by sound and where it belongs, no "a photo of".
// Rules: W3C WAI alt text tutorial and the house rules in docs.
import { articleFor } from '../core/text/articles.ts';
import { mendMassNouns } from '../core/text/mass-nouns.ts';

const OPENING = /^(?:an? |the )?(?:(?:close[- ]up|black and white|color|colour) )*(?:image|photo|photograph|picture) of (?=\S)/;
const NOT_SPOKEN = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\*/gu;
const NO_SPACE_BEFORE = /\s+([,.;:!?%)]|'s\b|n't\b)/g;

/** The same words with every "a" and "an" agreeing with the word after it. */
export const withArticles = (words: readonly string[]): string[] =>
  words.map((word, i) => {
    const next = words[i + 1];
    return next !== undefined && (word === 'a' || word === 'an') ? articleFor(next) : word;
  });

/** The words as they are, joined: what metrics compare. */
export const plainOf = (words: readonly string[]): string => words.join(' ');

/** A sentence for people, or an empty string when no words are left. */
export const sentenceOf = (words: readonly string[]): string => {
  const text = mendMassNouns(plainOf(withArticles(words)))
    .replace(NOT_SPOKEN, '')
    .replace(/\s+/g, ' ')
    .replace(NO_SPACE_BEFORE, '$1')
    .trim()
    .replace(OPENING, '')
    .replace(/[\s,;:.!?-]+$/, '');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};
