// The parts of a long description after its summary, each from one kind of fact, and only where it is known.
import type { Facts } from '../facts/facts.ts';
import type { CaptionRecord } from '../record/record.ts';
import { SURE_FROM, TOLD_FROM } from './certainty.ts';
import { capitalised, listed } from './letters.ts';
import { doubtedProduct } from './long-found-parts.ts';
import { isUnwanted, neutralWords } from './machine-words.ts';
import { numberWord } from './merge-people.ts';
import { quotesIn, readLines } from './picture-text.ts';
import { PLACES, type Place, placeOf } from './places.ts';
import { counted, pluralOf } from './plurals.ts';
import type { WordingRules } from './wording-rules.ts';
import { singularOf, wordsOf } from './words.ts';

/** Things beyond so many are left out, the least sure first. */
const MOST_OBJECTS = 12;

/** Colours that are named at most, and the share, 0..1, that each needs. */
const MOST_COLOURS = 4;
const COLOUR_SHARE = 0.05;

/** From this share on a colour is what the picture mostly is. */
const MOSTLY = 0.5;

type Found = NonNullable<Facts['objects']>[number];

const PEOPLE = new Set(['person', 'man', 'woman', 'boy', 'girl', 'child']);

/** Whether a label of a detector means a whole person. */
export const isPersonLabel = (label: string): boolean => {
  const words = wordsOf(label);
  return words.length === 1 && PEOPLE.has(singularOf(words[0] ?? ''));
};

/** A probability that nobody knows counts as low, as with sentences. */
const isDoubtful = ({ confidence = 0 }: { confidence?: number }): boolean => confidence < SURE_FROM;

const toldObjects = ({ facts, product }: CaptionRecord): Found[] =>
  (facts?.objects ?? [])
    .filter(({ label, confidence = 1 }) => label.trim() !== '' && confidence >= TOLD_FROM && !isUnwanted(label, product))
    .toSorted((a, b) => (b.confidence ?? 1) - (a.confidence ?? 1))
    .slice(0, MOST_OBJECTS);

const countBy = <T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, number> => {
  const counts = new Map<K, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
};

const inReadingOrder = <T>(places: ReadonlyMap<Place, T>): [Place, T][] =>
  PLACES.flatMap((place) => {
    const there = places.get(place);
    return there === undefined ? [] : [[place, there]];
  });

/** A number of people in words, those of them whose places are known, and whether it may be wrong. */
type ToldPeople = { number: string; count: number; found: readonly Found[]; isGuess: boolean };

/**
 * How many people are told: the count where it is sure; where it is not, those that are surely seen, when they are as many or the count is too
 * doubtful to be told; else the count as a guess. Undefined when nobody is told.
 */
const toldPeople = (record: CaptionRecord): ToldPeople | undefined => {
  const { people } = record.facts ?? {};
  const found = toldObjects(record).filter(({ label }) => isPersonLabel(label));
  const count = people?.count ?? found.length;
  if (count < 1) return undefined;
  const number = people?.orMore === true ? `${numberWord(count)} or more` : numberWord(count);
  if (!isDoubtful(people ?? {})) return { number, count, found, isGuess: false };
  const sure = found.filter((one) => !isDoubtful(one));
  const isTold = (people?.confidence ?? 1) >= TOLD_FROM;
  if (sure.length > 0 && (!isTold || sure.length >= count))
    return { number: `at least ${numberWord(sure.length)}`, count: sure.length, found: sure, isGuess: false };
  return isTold ? { number: `probably ${number}`, count, found, isGuess: true } : undefined;
};

/** "Three people: two at the left and one at the right." Counts and places, nothing else; "At least" or "Probably" where the count is not sure. */
export const peoplePart = (record: CaptionRecord): string => {
  const told = toldPeople(record);
  if (told === undefined) return '';
  const { number, count, found } = told;
  const who = `${capitalised(number)} ${count === 1 ? 'person' : pluralOf('person')}`;
  const places = inReadingOrder(countBy(found, ({ box }) => placeOf(box)));
  if (found.length !== count || places.length === 0) return `${who}.`;
  if (places.length === 1) return `${who} ${places[0]?.[0]}.`;
  return `${who}: ${listed(places.map(([place, some]) => `${numberWord(some)} ${place}`))}.`;
};

/** What is surely at one place, then what is probably there: "a car and probably two trees". */
const foundAtOnePlace = (some: readonly Found[], rules: WordingRules): string => {
  const labelOf = ({ label }: Found): string => neutralWords(label.trim().toLowerCase(), rules);
  const unsure = new Set(some.filter(isDoubtful).map(labelOf));
  const things = [...countBy(some, labelOf)].map(([label, count]) => ({ said: counted(label, count), isUnsure: unsure.has(label) }));
  const told = (isUnsure: boolean): string[] => things.filter((thing) => thing.isUnsure === isUnsure).map(({ said }) => said);
  const [sure, probable] = [told(false), told(true)];
  return listed(probable.length === 0 ? sure : [...sure, `probably ${probable[0]}`, ...probable.slice(1)]);
};

/** "At the left: a car and two trees. In the middle: probably a dog." */
export const objectsPart = (record: CaptionRecord, rules: WordingRules): string => {
  const byPlace = new Map<Place, Found[]>();
  for (const one of toldObjects(record).filter(({ label }) => !isPersonLabel(label))) {
    byPlace.set(placeOf(one.box), [...(byPlace.get(placeOf(one.box)) ?? []), one]);
  }
  return inReadingOrder(byPlace)
    .map(([place, some]) => `${capitalised(place)}: ${foundAtOnePlace(some, rules)}.`)
    .join(' ');
};

/** "Mostly blue, with white and grey." */
export const coloursPart = ({ facts, product }: CaptionRecord): string => {
  const told = (facts?.colours ?? [])
    .filter(({ name, share }) => share >= COLOUR_SHARE && !isUnwanted(name, product))
    .toSorted((a, b) => b.share - a.share)
    .slice(0, MOST_COLOURS);
  const [first, ...others] = told;
  if (first === undefined) return '';
  if (others.length === 0 || first.share < MOSTLY) return `Colours: ${listed(told.map(({ name }) => name))}.`;
  return `Mostly ${first.name}, with ${listed(others.map(({ name }) => name))}.`;
};

/** The text in the picture, quoted with its language. */
export const textPart = (record: CaptionRecord, lang: string): string => {
  const lines = readLines(record);
  return quotesIn(lines, lang, lines.some(isDoubtful));
};

const doubtedText = (record: CaptionRecord): string[] => {
  const lines = readLines(record).filter(isDoubtful);
  return lines.some(({ confidence }) => confidence === undefined)
    ? ['the text in the picture']
    : lines.map(({ text }) => `the text “${text}”`);
};

/** By name where a probability is low; all together where none is known. */
const doubtedObjects = (record: CaptionRecord, rules: WordingRules): string[] => {
  const doubtful = toldObjects(record).filter((one) => isDoubtful(one) && !isPersonLabel(one.label));
  if (doubtful.some(({ confidence }) => confidence === undefined)) return ['the objects'];
  return [...new Set(doubtful.map(({ label }) => `the ${neutralWords(label.trim().toLowerCase(), rules)}`))];
};

/** What of all that may be wrong, the summary first; a recapitulation, as each part has said so by itself. */
export const uncertainPart = (record: CaptionRecord, isSummaryUnsure: boolean, rules: WordingRules): string => {
  const doubts = [
    ...(isSummaryUnsure ? ['the first sentence'] : []),
    ...doubtedProduct(record),
    ...doubtedText(record),
    ...(toldPeople(record)?.isGuess === true ? ['the number of people'] : []),
    ...doubtedObjects(record, rules),
  ];
  return doubts.length === 0 ? '' : `May be wrong: ${listed(doubts)}.`;
};
