// Tags of a picture: what was found by whom, in the words of a vocabulary, each with its probability.
import type { Facts } from '../facts/facts.ts';
import type { CaptionRecord } from '../record/record.ts';
import { SURE_FROM } from '../text/certainty.ts';
import { isUnwanted, neutralWords } from '../text/machine-words.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { captionTerms } from './caption-terms.ts';
import { type Finding, TAG_SOURCES, type Tag, type TagSource } from './tag.ts';
import { SHIPPED_VOCABULARY, type Term, termOf } from './vocabulary.ts';

/** The tag of what was found and has no term. */
const OTHER_TAG = 'other';

/** A colour that fills the foreground is certain, one that is barely there is as likely as not. */
const colourConfidence = (share: number): number => 0.5 + share / 2;

/** Whom a product is for, so that nobody who is seen is meant. */
const WEARERS: Readonly<Record<string, string>> = { men: "men's", women: "women's", boys: "boys'", girls: "girls'" };

const wordsFor = (attribute: string, value: string): string => {
  if (attribute === 'fit') return `${value} fit`;
  return attribute === 'gender' ? (WEARERS[value] ?? value) : value;
};

const attributeFindings = ({ attributes = {} }: Facts): Finding[] =>
  Object.entries(attributes).map(([attribute, { value, confidence }]) => ({
    words: wordsFor(attribute, value),
    confidence,
    source: attribute === 'colour' ? 'colour' : 'product',
  }));

/** A finder that gives no probabilities says what it is sure of. */
const factFindings = (facts: Facts): Finding[] => [
  ...attributeFindings(facts),
  ...(facts.objects ?? []).map(
    ({ label, named, confidence = SURE_FROM }): Finding => ({ words: label, confidence: named ?? confidence, source: 'object' }),
  ),
  ...(facts.scene ?? []).map(({ value, confidence }): Finding => ({ words: value, confidence, source: 'scene' })),
  ...(facts.colours ?? []).map(({ name, share }): Finding => ({ words: name, confidence: colourConfidence(share), source: 'colour' })),
];

const bySource = (a: TagSource, b: TagSource): number => TAG_SOURCES.indexOf(a) - TAG_SOURCES.indexOf(b);

const joined = (tag: Tag | undefined, { confidence, source }: Finding, name: string, term: Term | undefined): Tag => ({
  name,
  confidence: Math.max(confidence, tag?.confidence ?? 0),
  sources: [...new Set([...(tag?.sources ?? []), source])].toSorted(bySource),
  ...(term !== undefined && { kind: term.kind }),
  ...(term?.taxonomy !== undefined && { taxonomy: term.taxonomy }),
});

/** A package's own words: whom a product is for is no guess at a person, nor is the name of a sport. */
const OWN_WORDS: ReadonlySet<TagSource> = new Set(['product', 'scene']);

/** Its words in neutral form. */
const saidOf = ({ words, source }: Finding, rules: WordingRules): string => (OWN_WORDS.has(source) ? words : neutralWords(words, rules));

/** Surest first; of equally sure ones by source, then by name, so that the same facts always give the same list. */
const order = (a: Tag, b: Tag): number =>
  b.confidence - a.confidence || bySource(a.sources[0] ?? 'caption', b.sources[0] ?? 'caption') || (a.name < b.name ? -1 : 1);

/**
 * The picture's tags, the surest first: findings of the vocabulary's threshold or above, each term once, as many as the vocabulary allows.
 * Words that the shop does not want said are no tags.
 */
export const tagsOf = (record: CaptionRecord, rules: WordingRules): Tag[] => {
  const vocabulary = rules.vocabulary ?? SHIPPED_VOCABULARY;
  const findings = [...factFindings(record.facts ?? {}), ...captionTerms(record, vocabulary, rules)];
  const tags = new Map<string, Tag>();
  for (const finding of findings.filter(({ confidence }) => confidence >= vocabulary.atLeast)) {
    const term = finding.term ?? termOf(vocabulary, saidOf(finding, rules), finding.source === 'colour' ? 'colour' : 'thing');
    if (term === undefined && vocabulary.unknown === 'drop') continue;
    const name = term?.name ?? OTHER_TAG;
    tags.set(name, joined(tags.get(name), finding, name, term));
  }
  return [...tags.values()]
    .filter(({ name }) => !isUnwanted(name, record.product))
    .toSorted(order)
    .slice(0, vocabulary.most);
};
