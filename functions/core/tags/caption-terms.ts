// The vocabulary's terms that a caption says, with the probability of their words.
import type { CaptionRecord, MachineResult, Text } from '../record/record.ts';
import { isEnglish, SURE_FROM } from '../text/certainty.ts';
import { neutralWords } from '../text/machine-words.ts';
import { isPersons, usableTexts } from '../text/usable-texts.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { contentWords, wordsOf } from '../text/words.ts';
import type { Finding } from './tag.ts';
import { type Term, termOf, type Vocabulary } from './vocabulary.ts';

/** What a person has written is certain. */
const CERTAIN = 1;

/** A term in a text: its words are those from `at` to before `to`. */
type Place = { term: Term; at: number; to: number };

/** "An orange shirt" is about the colour, "an orange" and "an orange on a plate" are not. */
const isBeforeThing = (next: string | undefined): boolean => next !== undefined && contentWords(next).length > 0;

/** The longest term that begins at a word. */
const termAt = (said: readonly string[], at: number, vocabulary: Vocabulary): Place | undefined => {
  for (let to = Math.min(said.length, at + vocabulary.longest); to > at; to -= 1) {
    const words = said.slice(at, to).join(' ');
    const colour = isBeforeThing(said[to]) ? termOf(vocabulary, words, 'colour') : undefined;
    const term = colour ?? termOf(vocabulary, words, 'thing');
    if (term !== undefined) return { term, at, to };
  }
  return undefined;
};

/** The terms that words name, from left to right, none inside another: "traffic light" is no "light". */
const termsIn = (said: readonly string[], vocabulary: Vocabulary): Place[] => {
  const places: Place[] = [];
  for (let at = 0; at < said.length; at += 1) {
    const place = termAt(said, at, vocabulary);
    if (place === undefined) continue;
    places.push(place);
    at = place.to - 1;
  }
  return places;
};

const found = ({ term }: Place, confidence: number): Finding => ({ words: term.name, term, confidence, source: 'caption' });

/** Of a machine's sentence: each term is as probable as its words are together; without their probabilities, as the sentence is. */
const machineTerms = ({ plain, confidence, wordConfidences }: MachineResult, vocabulary: Vocabulary, rules: WordingRules): Finding[] => {
  const said = plain.toLowerCase().split(/\s+/);
  const known = wordConfidences?.length === said.length ? wordConfidences : undefined;
  const named = said.map((word) => neutralWords(word, rules));
  return termsIn(named, vocabulary).map((place) =>
    found(place, known === undefined ? confidence : known.slice(place.at, place.to).reduce((product, one) => product * one, 1)),
  );
};

/** Of the texts that people have written; English ones, as the terms are. */
const personsTerms = (texts: readonly Text[], vocabulary: Vocabulary): Finding[] =>
  texts
    .filter(({ lang }) => isEnglish(lang))
    .flatMap(({ text }) => termsIn(wordsOf(text), vocabulary).map((place) => found(place, CERTAIN)));

/** A sentence that was withheld has good words, too, but only their own probabilities tell which (docs/tags.md). */
const hasTrustedWords = ({ abstained, wordConfidences }: MachineResult): boolean =>
  abstained === undefined || wordConfidences !== undefined;

/** The terms of what people say about the picture, else of what the machine says and what it is sure of. */
export const captionTerms = (record: CaptionRecord, vocabulary: Vocabulary, rules: WordingRules): Finding[] => {
  const { machine, withheld } = record;
  const { alt, caption } = usableTexts(record);
  const persons = [alt, caption].filter((text) => text !== undefined).filter(isPersons);
  if (persons.length > 0) return personsTerms(persons, vocabulary);
  if (machine === undefined || withheld?.alt !== undefined) return [];
  const sure = machine.sure.map((words): Finding => ({ words, confidence: SURE_FROM, source: 'caption' }));
  return hasTrustedWords(machine) ? [...machineTerms(machine, vocabulary, rules), ...sure] : sure;
};
