// Keywords of a picture: schema.org keywords and dc:subject.
import type { CaptionRecord } from '../record/record.ts';
import { tagsOf } from '../tags/tags-of.ts';
import type { TermKind } from '../tags/vocabulary.ts';
import { SURE_FROM } from './certainty.ts';
import { isColour } from './colours.ts';
import { summarySource } from './long-description.ts';
import { isUnwanted } from './machine-words.ts';
import { productFor, sentenceOf } from './sentence.ts';
import type { WordingRules } from './wording-rules.ts';
import { contentWords, singularOf } from './words.ts';

/** Keywords beyond so many are left out, the least telling first. */
const MOST_KEYWORDS = 20;

/** Words that end like those of doing, and are things. */
const THINGS_IN_ING = new Set(
  (
    'building ceiling clothing wedding ring king string wing swing painting drawing parking evening morning railing earring spring pudding meeting ' +
    'dressing lighting bedding awning icing carving crossing landing opening swimming surfing skiing skating snowboarding cycling climbing sailing ' +
    'racing running hiking camping fishing boxing bowling cooking dancing shopping'
  ).split(' '),
);

/** Words that say what something is like. */
const QUALITIES = new Set(
  (
    'large small big little tiny huge long short tall high low wide old new young modern various different full empty open closed shown seen covered ' +
    'filled dressed made lit blurry clear bright dark light colorful colourful striped wooden'
  ).split(' '),
);

/** Doing ("standing"), qualities and colours describe, but are nothing that people search a picture by. */
const isThing = (word: string): boolean => {
  if (/ing$/.test(word)) return THINGS_IN_ING.has(word);
  return word.length > 2 && !QUALITIES.has(word) && !isColour(word) && !/^\p{N}+$/u.test(word);
};

/** Kinds of terms that describe, as qualities and colours do. */
const LOOKS: ReadonlySet<TermKind> = new Set(['colour', 'property', 'pattern']);

/** Whether the shop has set a vocabulary of its own: then no other words become keywords. */
const hasOwnTerms = ({ vocabulary }: WordingRules): boolean => vocabulary !== undefined;

const seenThings = (record: CaptionRecord, rules: WordingRules): string[] => {
  if (hasOwnTerms(rules)) return [];
  const source = summarySource(record);
  return source === undefined
    ? []
    : contentWords(sentenceOf(source, record, rules))
        .map(singularOf)
        .filter(isThing);
};

/** Of the picture itself, what is surely seen; how it looks is for other texts to say. */
const foundThings = (record: CaptionRecord, rules: WordingRules): string[] =>
  tagsOf(record, rules)
    .filter(
      ({ confidence, sources, kind = 'thing' }) =>
        confidence >= SURE_FROM && !LOOKS.has(kind) && (hasOwnTerms(rules) || sources.some((source) => source !== 'caption')),
    )
    .map(({ name }) => name);

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
