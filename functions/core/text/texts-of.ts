// The texts of a record as they are used: people's as they stand, machines' by the rules, and what rules render where nobody has written.
// Rendered when asked, not stored: new product data and new rules take effect at once (docs/decisions/0019).
import type { CaptionRecord, Text, TextKind } from '../record/record.ts';
import type { Texts } from '../record/text-rules.ts';
import { decideInformative } from './decide-informative.ts';
import { longDescription, summarySource } from './long-description.ts';
import { sentenceOf, wovenText } from './sentence.ts';
import { situationOf } from './situation.ts';
import { renderedTitle } from './title.ts';
import { isPersons, usableTexts } from './usable-texts.ts';
import type { WordingRules } from './wording-rules.ts';

const withText = (source: Text, text: string | undefined): Text | undefined =>
  text === undefined || text === '' ? undefined : { ...source, text };

/** The alt text as for an informative picture, at its full length. */
const altOf = (record: CaptionRecord, alt: Text | undefined, rules: WordingRules, lang?: string): Text | undefined => {
  if (alt === undefined || isPersons(alt)) return alt;
  const { said } = decideInformative(situationOf(record, lang === undefined ? {} : { lang }, rules));
  return said === undefined ? undefined : withText({ ...alt, lang: said.lang ?? alt.lang }, said.text);
};

const captionOf = (record: CaptionRecord, caption: Text | undefined, rules: WordingRules): Text | undefined =>
  caption === undefined || isPersons(caption) ? caption : withText(caption, wovenText(record, caption, rules));

/** Who stands for a text that rules have made of a person's words: the rules. */
const renderedFrom = ({ machine }: CaptionRecord, source: Text): Text => {
  if (!isPersons(source)) return source;
  const { lang, at, sha256 } = source;
  const model = machine?.model;
  return { text: '', lang, origin: 'machine', at, ...(model !== undefined && { model }), ...(sha256 !== undefined && { sha256 }) };
};

const renderedLong = (record: CaptionRecord, rules: WordingRules, lang?: string): Text | undefined => {
  const source = summarySource(record, lang);
  const text = longDescription(record, rules, lang);
  if (source === undefined || text === source.text) return source;
  return withText(renderedFrom(record, source), text);
};

const titleText = (record: CaptionRecord, rules: WordingRules, lang?: string): Text | undefined => {
  const source = summarySource(record, lang);
  return source === undefined ? undefined : withText(renderedFrom(record, source), renderedTitle(record, rules, lang));
};

const stored = (record: CaptionRecord, text: Text | undefined, rules: WordingRules): Text | undefined =>
  text === undefined || isPersons(text) ? text : withText(text, sentenceOf(text, record, rules));

/**
 * The long description of a language: the stored one, or one by rules.
 * @param lang BCP 47
 */
export const longOf = (record: CaptionRecord, rules: WordingRules, lang?: string): Text | undefined =>
  stored(record, usableTexts(record, lang).long, rules) ?? renderedLong(record, rules, lang);

/**
 * The record's texts of a language, or of its main one where there is none of that; none of a machine that abstained.
 * @param lang BCP 47
 */
export const effectiveTexts = (record: CaptionRecord, rules: WordingRules, lang?: string): Texts => {
  const { alt, caption, title } = usableTexts(record, lang);
  const texts: Record<TextKind, Text | undefined> = {
    alt: altOf(record, alt, rules, lang),
    caption: captionOf(record, caption, rules),
    long: longOf(record, rules, lang),
    title: stored(record, title, rules) ?? titleText(record, rules, lang),
  };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
};
