// Where a text can be cut: between sentences, and at the clauses of a sentence. Never inside a word or a quotation.
import { isColour } from './colours.ts';
import { lengthOf, stopped } from './letters.ts';

const SENTENCE_END = /(?<=[.!?…]["”’»)]?)\s+(?=["“„«(]?\p{Lu})/u;

/** Before these words a clause begins; not after "dressed", "covered", ... to which they belong. */
const CLAUSE_START =
  /[;–—]\s+|,\s+|(?<!ed|\s)\s+(?=(?:and|or|but|with|without|while|as|that|which|who|where|in front|next to|in|on|at|near|under|over|above|below|behind|beside|between|by|from|into|onto|along|across|against|around|through|for)\s)/giu;

const QUOTATION = /["“„«][^"“”„«»]*["”»]/u;
const OPENING = /[“„«]/gu;
const CLOSING = /[”»]/gu;
const STRAIGHT = /"/g;
const STOPS = '.!?';
const LOOSE_MARKS = ' \t\n\r\u00a0,;:–—-';
const LOOSE_WORD = /\s(?:an?|the|of|and|or|with|in|on|at|to|by|for|from|its|their|his|her|is|are|very)$/iu;

/** The sentences of a text. */
export const sentencesOf = (text: string): string[] => text.split(SENTENCE_END).filter((sentence) => sentence !== '');

const count = (text: string, marks: RegExp): number => text.match(marks)?.length ?? 0;

/** Whether the text ends inside a quotation. */
const isOpen = (text: string): boolean => count(text, OPENING) > count(text, CLOSING) || count(text, STRAIGHT) % 2 === 1;

const BEFORE_COLOURS = /^(?:an?|the|its|their|one|two|three|four)$/i;

/** "A red, white": colours of something that is still to come, not "in red". */
const isOnlyColoured = (beginning: string): boolean => {
  const words = beginning.trim().split(/[\s,]+/);
  const last = words.findLastIndex((word) => !isColour(word.toLowerCase()) && word.toLowerCase() !== 'and');
  return last < words.length - 1 && BEFORE_COLOURS.test(words[last] ?? '');
};

/** Of a beginning that fits, at most so much is a loose end or a mark that goes: what is longer than both need not be looked at. */
const LOOSE_CHARACTERS = 200;
/** Units of UTF-16 of one character, at most. */
const UNITS_A_CHARACTER = 2;

/** Beginnings of a sentence that end with a clause, shortest first; the last one is the whole sentence. None of the others is longer than `most`. */
export const clauseEnds = (sentence: string, most: number = Number.POSITIVE_INFINITY): string[] => {
  const ends = [...sentence.matchAll(CLAUSE_START)].filter(({ index }) => index <= most).map(({ index }) => sentence.slice(0, index));
  return [...ends.filter((end) => end.trim() !== '' && !isOpen(end) && !isOnlyColoured(end)), sentence];
};

/** Without the marks at its end. By hand: an expression that ends with `+$` takes the square of the time on long runs of them. */
const withoutMarks = (text: string, marks: string): string => {
  let end = text.length;
  while (end > 0 && marks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

const withoutLooseEnd = (text: string): string => {
  let kept = withoutMarks(text, LOOSE_MARKS);
  for (let word = LOOSE_WORD.exec(kept); word !== null; word = LOOSE_WORD.exec(kept))
    kept = withoutMarks(kept.slice(0, word.index), LOOSE_MARKS);
  return kept;
};

const closed = (beginning: string): string => {
  const kept = withoutLooseEnd(withoutMarks(beginning, STOPS));
  return kept === '' ? '' : stopped(kept);
};

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The whole words that fit; the first one, or first quotation, always does. */
const wordsThatFit = (sentence: string, most: number): string => {
  let fitting = '';
  for (const { index, segment, isWordLike } of segmenter.segment(sentence)) {
    const beginning = sentence.slice(0, index + segment.length);
    if (fitting !== '' && index > UNITS_A_CHARACTER * most + LOOSE_CHARACTERS) break;
    const isEnd = (isWordLike === true || /["”»]/u.test(segment)) && !isOpen(beginning);
    const longer = closed(beginning);
    if (isEnd && longer !== '' && (fitting === '' || lengthOf(longer) <= most)) fitting = longer;
  }
  return fitting;
};

/** The longest beginning of a sentence that ends with a clause and fits; '' when none does. */
const clausesThatFit = (sentence: string, most: number): string =>
  clauseEnds(sentence, UNITS_A_CHARACTER * most + LOOSE_CHARACTERS)
    .map(closed)
    .findLast((end) => lengthOf(end) <= most) ?? '';

const beginningOf = (sentence: string, most: number): string => (QUOTATION.test(sentence) ? '' : clausesThatFit(sentence, most));

/** The text, or its longest beginning of at most `most` characters: sentences, then clauses, and where not one fits, words; all of it where none ends. */
export const cutTo = (text: string, most: number): string => {
  if (lengthOf(text) <= most) return text;
  let kept = '';
  for (const sentence of sentencesOf(text)) {
    const room = most - lengthOf(kept) - (kept === '' ? 0 : 1);
    const more = lengthOf(sentence) <= room ? sentence : beginningOf(sentence, room);
    if (more !== '') kept = kept === '' ? more : `${kept} ${more}`;
    if (more !== sentence) break;
  }
  return kept || wordsThatFit(text, most) || text;
};

/** Each sentence up to the clause that `isUnwanted`; '' when nothing is left. What came after might depend on what went. */
export const withoutClauses = (text: string, isUnwanted: (words: string) => boolean): string =>
  sentencesOf(text)
    .map((sentence) => {
      if (!isUnwanted(sentence)) return sentence;
      const kept = clauseEnds(sentence).findLast((end) => !isUnwanted(end));
      return kept === undefined ? '' : closed(kept);
    })
    .filter((sentence) => sentence !== '')
    .join(' ');
