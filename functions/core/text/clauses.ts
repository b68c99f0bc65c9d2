// Where a text can be cut: between sentences, and at the clauses of a sentence. Never inside a word or a quotation.
import { lengthOf, stopped } from './letters.ts';

const SENTENCE_END = /(?<=[.!?…]["”’»)]?)\s+(?=["“„«(]?\p{Lu})/u;

/** Before these words a clause begins; not after "dressed", "covered", ... to which they belong. */
const CLAUSE_START =
  /\s*[;–—]\s+|,\s+|(?<!ed)\s+(?=(?:and|or|but|with|without|while|as|that|which|who|where|in front|next to|in|on|at|near|under|over|above|below|behind|beside|between|by|from|into|onto|along|across|against|around|through|for)\s)/giu;

const QUOTATION = /["“„«][^"“”„«»]*["”»]/u;
const OPENING = /[“„«]/gu;
const CLOSING = /[”»]/gu;
const LOOSE_END = /(?:[\s,;:–—-]+|\s(?:an?|the|of|and|or|with|in|on|at|to|by|for|from|its|their|his|her|is|are|very))+$/iu;

/** The sentences of a text. */
export const sentencesOf = (text: string): string[] => text.split(SENTENCE_END).filter((sentence) => sentence !== '');

const count = (text: string, marks: RegExp): number => text.match(marks)?.length ?? 0;

/** Whether the text ends inside a quotation. */
const isOpen = (text: string): boolean => count(text, OPENING) > count(text, CLOSING) || count(text, /"/g) % 2 === 1;

/** Beginnings of a sentence that end with a clause, shortest first; the last one is the whole sentence. */
export const clauseEnds = (sentence: string): string[] => {
  const ends = [...sentence.matchAll(CLAUSE_START)].map(({ index }) => sentence.slice(0, index));
  return [...ends.filter((end) => end.trim() !== '' && !isOpen(end)), sentence];
};

const closed = (beginning: string): string => {
  const kept = beginning.replace(/[.!?]+$/, '').replace(LOOSE_END, '');
  return kept === '' ? '' : stopped(kept);
};

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The whole words that fit; the first one, or first quotation, always does. */
const wordsThatFit = (sentence: string, most: number): string => {
  let fitting = '';
  for (const { index, segment, isWordLike } of segmenter.segment(sentence)) {
    const beginning = sentence.slice(0, index + segment.length);
    const isEnd = (isWordLike === true || /["”»]/u.test(segment)) && !isOpen(beginning);
    const longer = closed(beginning);
    if (isEnd && longer !== '' && (fitting === '' || lengthOf(longer) <= most)) fitting = longer;
  }
  return fitting;
};

/** The longest beginning of a sentence that ends with a clause and fits; '' when none does. */
const clausesThatFit = (sentence: string, most: number): string =>
  clauseEnds(sentence)
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
