// Which of the words that were read are believed: an OCR engine reads something into every stripe and leaf, with little confidence,
// few letters, and nothing that its dictionary knows.
import type { ReadLine, ReadWord } from '../../../core/facts/text-reader.ts';

/** Confidences, 0..1, from which words are believed. */
export type AcceptRules = {
  /** a word that the dictionary knows */
  knownAtLeast: number;
  /** a number, a name, a word of another language */
  unknownAtLeast: number;
  /** a line of at most SHORT letters and digits in all */
  shortAtLeast: number;
};

/** Letters and digits up to which a line is short. */
const SHORT = 2;

/** Share of letters and digits in a word. */
const MIN_LETTERS = 0.5;

/** Letters from which on it says something that a dictionary has a word: it has most pairs of letters. */
const MIN_KNOWN_LETTERS = 3;

/** Share of a line's letters that must be believed: a word here and there in what is else illegible is chance. */
const MIN_LEGIBLE = 0.3;

/** What is believed of a line; `confidence` weighs words by their letters. */
export type Accepted = { text: string; confidence: number; lang?: string };

const lettersOf = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/** Frames and specks at the rim of a line are read as such signs. */
const withoutRim = (text: string): string => text.replace(/^[^\p{L}\p{N}$€£#@("'&]+|[^\p{L}\p{N}%.!?)"'+]+$/gu, '');

const isKnown = ({ text, known }: ReadWord): boolean => known && lettersOf(text) >= MIN_KNOWN_LETTERS;

const believable = (word: ReadWord, rules: AcceptRules): boolean =>
  lettersOf(word.text) >= MIN_LETTERS * [...word.text].length &&
  word.text !== '' &&
  word.confidence >= (isKnown(word) ? rules.knownAtLeast : rules.unknownAtLeast);

const lettersIn = (words: readonly ReadWord[]): number => words.reduce((sum, { text }) => sum + lettersOf(text), 0);

const JOINING = new Set(['&', '-', '+', '/']);

/** A sign between two believed words stays. */
const isBetween = (words: readonly ReadWord[], i: number, rules: AcceptRules): boolean =>
  JOINING.has(words[i]?.text ?? '') && [i - 1, i + 1].every((at) => words[at] !== undefined && believable(words[at], rules));

/** The believed words of a line, joined by spaces; undefined when none is. */
export const acceptWords = ({ words, lang }: ReadLine, rules: AcceptRules): Accepted | undefined => {
  const clean = words.map((word) => (JOINING.has(word.text) ? word : { ...word, text: withoutRim(word.text) }));
  const believed = clean.filter((word, i) => believable(word, rules) || isBetween(clean, i, rules));
  const letters = lettersIn(believed);
  if (letters === 0 || letters < MIN_LEGIBLE * lettersIn(clean)) return undefined;
  const confidence = believed.reduce((sum, word) => sum + word.confidence * lettersOf(word.text), 0) / letters;
  if (letters <= SHORT && confidence < rules.shortAtLeast) return undefined;
  const known = lettersIn(believed.filter(isKnown));
  return { text: believed.map(({ text }) => text).join(' '), confidence, ...(lang !== undefined && known * 2 >= letters ? { lang } : {}) };
};
