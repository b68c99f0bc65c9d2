// Parts of a long description from the analysis of products, marks and regions, and from the shots of a video; each only where it is known.
import type { DenseCaption, Shot } from '../facts/facts.ts';
import type { CaptionRecord } from '../record/record.ts';
import { withArticle } from './articles.ts';
import { valueBehind } from './attribute-words.ts';
import { isUnsure, SURE_FROM, TOLD_FROM } from './certainty.ts';
import { capitalised, continued } from './letters.ts';
import { neutralWords, withoutUnwanted } from './machine-words.ts';
import { isMass } from './mass-nouns.ts';
import { placeOf } from './places.ts';
import { logoWords, type SeenAttribute, seenProduct } from './seen-product.ts';
import type { WordingRules } from './wording-rules.ts';

/** Sentences about parts of the picture beyond so many are left out, the later ones; so are shots. */
const MOST_DETAILS = 4;
const MOST_SHOTS_TOLD = 12;

const isDoubtful = ({ confidence }: SeenAttribute): boolean => confidence < SURE_FROM;

/** Shoes, jeans and milk go without an article; a dress does not. */
const isPlural = (words: string): boolean => /[^s]s$/.test(words);

const asThing = (words: string): string => (isPlural(words) || isMass(words) ? words : withArticle(words));

/** Attributes in one phrase: "a blue cotton t-shirt, striped, slim fit". */
const phraseOf = (some: readonly SeenAttribute[]): string => {
  const told = (...names: SeenAttribute['attribute'][]): string[] =>
    names.flatMap((name) => some.filter(({ attribute }) => attribute === name).map(({ value }) => valueBehind(name, value)));
  const [before, type, behind] = [told('colour', 'material'), told('type'), told('pattern', 'fit')];
  return [...(type.length === 0 ? before : [asThing([...before, ...type].join(' '))]), ...behind].join(', ');
};

/** "Product: a blue cotton t-shirt, striped; probably slim fit." */
export const productPart = (record: CaptionRecord): string => {
  const { attributes } = seenProduct(record);
  const [sure, probable] = [attributes.filter((one) => !isDoubtful(one)), attributes.filter(isDoubtful)].map(phraseOf);
  const parts = [sure, probable === '' ? '' : `probably ${probable}`].filter((words) => words !== '');
  return parts.length === 0 ? '' : `Product: ${parts.join('; ')}.`;
};

/** "What looks like the logo of Nike." */
export const logosPart = (record: CaptionRecord): string => {
  const { logos } = seenProduct(record);
  return logos.length === 0 ? '' : logoWords(logos.map(({ brand }) => brand));
};

/** What a machine says about a part, to go on after its place or its time; '' when nothing of it may be said. */
const continuedWords = (text: string, { product }: CaptionRecord, rules: WordingRules): string =>
  continued(withoutUnwanted(neutralWords(text, rules), product)).trim();

const isDoubtfulText = ({ confidence, calibrated }: Pick<DenseCaption, 'calibrated'> & { confidence?: number }): boolean =>
  isUnsure({ origin: 'machine', ...(confidence !== undefined && { confidence }), ...(calibrated === false && { calibrated }) });

const sentenceAt = (place: string, words: string, isDoubtfulOne: boolean): string =>
  `${capitalised(place)}${isDoubtfulOne ? ', probably' : ''}: ${words.replace(/\.$/, '')}.`;

/** "At the right, probably: a spoon on a saucer." */
export const detailsPart = (record: CaptionRecord, rules: WordingRules): string =>
  (record.facts?.dense ?? [])
    .filter(({ confidence }) => confidence >= TOLD_FROM)
    .map((one) => ({ one, words: continuedWords(one.text, record, rules) }))
    .filter(({ words }) => words !== '')
    .slice(0, MOST_DETAILS)
    .map(({ one, words }) => sentenceAt(placeOf(one.box), words, isDoubtfulText(one)))
    .join(' ');

const MS_PER_S = 1_000;
const S_PER_MIN = 60;

const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** "At the beginning", "After 6 seconds", "After 1 minute 11 seconds". */
const timeOf = ({ startMs }: Shot): string => {
  const whole = Math.round(startMs / MS_PER_S);
  if (whole === 0) return 'At the beginning';
  const [minutes, seconds] = [Math.floor(whole / S_PER_MIN), whole % S_PER_MIN];
  const parts = [...(minutes === 0 ? [] : [countOf(minutes, 'minute')]), ...(seconds === 0 ? [] : [countOf(seconds, 'second')])];
  return `After ${parts.join(' ')}`;
};

/** "At the beginning: a dog runs on grass. After 6 seconds, probably: two people sit at a table."; one shot alone is the summary already. */
export const shotsPart = (record: CaptionRecord, rules: WordingRules): string => {
  const told = (record.facts?.shots ?? [])
    .map((shot) => ({ shot, words: continuedWords(shot.text ?? '', record, rules) }))
    .filter(({ words }) => words !== '');
  if (told.length < 2) return '';
  return told
    .slice(0, MOST_SHOTS_TOLD)
    .map(({ shot, words }) => sentenceAt(timeOf(shot), words, isDoubtfulText(shot)))
    .join(' ');
};

/** What of these parts may be wrong, by name. */
export const doubtedProduct = (record: CaptionRecord): string[] =>
  seenProduct(record)
    .attributes.filter(isDoubtful)
    .map(({ attribute }) => `the product’s ${attribute}`);
