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
  /** the mean of a line, weighed by letters, from which all its words are believed that are not nearly certainly wrong */
  lineAtLeast: number;
};

/** Letters and digits up to which a line is short. */
const SHORT = 2;

/** Share of letters and digits in a word. */
const MIN_LETTERS = 0.5;

/** Letters from which on it says something that a dictionary has a word: it has most pairs of letters. */
const MIN_KNOWN_LETTERS = 3;

/** Confidence of a word that is believed because its line is. */
const IN_GOOD_LINE = 0.2;

/** Share of a line's letters that must be believed: a word here and there in what is else illegible is chance. */
const MIN_LEGIBLE = 0.3;

/** What is believed of a line; `confidence` weighs words by their letters. */
export type Accepted = { text: string; confidence: number; lang?: string };

const lettersOf = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

/** Frames and specks at the rim of a line are read as such signs. */
const withoutRim = (text: string): string => text.replace(/^[^\p{L}\p{N}$€£#@("'&]+|[^\p{L}\p{N}%.!?)"'+]+$/gu, '');

const isKnown = ({ text, known }: ReadWord): boolean => known && lettersOf(text) >= MIN_KNOWN_LETTERS;

const lettersIn = (words: readonly ReadWord[]): number => words.reduce((sum, { text }) => sum + lettersOf(text), 0);

/** Of words with letters, weighed by them. */
const meanConfidence = (words: readonly ReadWord[]): number =>
  words.reduce((sum, { text, confidence }) => sum + confidence * lettersOf(text), 0) / lettersIn(words);

/** Confidence from which a word of this line is believed. */
const neededOf = (line: readonly ReadWord[], rules: AcceptRules): ((word: ReadWord) => number) => {
  if (meanConfidence(line) >= rules.lineAtLeast) return () => IN_GOOD_LINE;
  return (word) => (isKnown(word) ? rules.knownAtLeast : rules.unknownAtLeast);
};

const isWord = ({ text }: ReadWord): boolean => text !== '' && lettersOf(text) >= MIN_LETTERS * [...text].length;

const JOINING = new Set(['&', '-', '+', '/']);

/** The believed words; a joining sign between two of them stays. */
const believedOf = (line: readonly ReadWord[], rules: AcceptRules): ReadWord[] => {
  const needed = neededOf(line, rules);
  const isBelieved = (word: ReadWord | undefined): boolean => word !== undefined && isWord(word) && word.confidence >= needed(word);
  return line.filter((word, i) => isBelieved(word) || (JOINING.has(word.text) && isBelieved(line[i - 1]) && isBelieved(line[i + 1])));
};

/** The believed words of a line, joined by spaces; undefined when none is. */
export const acceptWords = ({ words, lang }: ReadLine, rules: AcceptRules): Accepted | undefined => {
  const clean = words.map((word) => (JOINING.has(word.text) ? word : { ...word, text: withoutRim(word.text) }));
  const believed = believedOf(clean, rules);
  const letters = lettersIn(believed);
  if (letters === 0 || letters < MIN_LEGIBLE * lettersIn(clean)) return undefined;
  const confidence = meanConfidence(believed);
  if (letters <= SHORT && confidence < rules.shortAtLeast) return undefined;
  const known = lettersIn(believed.filter(isKnown));
  return {
    text: believed.map(({ text }) => text).join(' '),
    confidence,
    ...(lang !== undefined && known * 2 >= letters ? { lang } : {}),
  };
};
