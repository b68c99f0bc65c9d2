// Keywords of a picture: schema.org keywords and dc:subject.
import type { CaptionRecord } from '../record/record.ts';
import { SURE_FROM } from './certainty.ts';
import { isColour } from './colours.ts';
import { summarySource } from './long-description.ts';
import { isUnwanted, neutralWords } from './machine-words.ts';
import { productFor, sentenceOf } from './sentence.ts';
import type { WordingRules } from './wording-rules.ts';
import { contentWords, singularOf } from './words.ts';

/** Keywords beyond so many are left out, the least telling first. */
const MOST_KEYWORDS = 20;

/** Words of doing ("standing"), and colours, describe but are nothing that people search a picture by. */
const isThing = (word: string): boolean => !/ing$/.test(word) && !isColour(word) && !/^\p{N}+$/u.test(word) && word.length > 2;

const seenThings = (record: CaptionRecord, rules: WordingRules): string[] => {
  const source = summarySource(record);
  return source === undefined
    ? []
    : contentWords(sentenceOf(source, record, rules))
        .map(singularOf)
        .filter(isThing);
};

const foundThings = ({ facts }: CaptionRecord, rules: WordingRules): string[] =>
  (facts?.objects ?? [])
    .filter(({ confidence = 1 }) => confidence >= SURE_FROM)
    .map(({ label }) => neutralWords(label.trim().toLowerCase(), rules).toLowerCase());

/** What the shop says, where the picture does not contradict it. */
const shopWords = (record: CaptionRecord): string[] => {
  const { product } = record;
  const { label, extras, left } = productFor(record, summarySource(record), '');
  const isTrusted = label !== undefined || extras.length > 0 || left.length === 0;
  return product === undefined || !isTrusted
    ? []
    : [...product.keywords, product.brand ?? '', label === undefined ? '' : (product.name ?? '')];
};

/** The picture's keywords, the most telling first, each once. */
export const keywordsOf = (record: CaptionRecord, rules: WordingRules): string[] => {
  const all = [...shopWords(record), ...foundThings(record, rules), ...seenThings(record, rules)].map((word) => word.trim());
  const first = new Map<string, string>();
  for (const word of all) if (!first.has(word.toLowerCase())) first.set(word.toLowerCase(), word);
  return [...first.values()].filter((word) => word !== '' && !isUnwanted(word, record.product)).slice(0, MOST_KEYWORDS);
};
