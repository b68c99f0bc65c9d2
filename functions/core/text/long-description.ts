// The long description of a picture by rules, in parts, each only where it is known (WAI tutorial "Complex images"; IPTC ExtDescrAccessibility).
import type { CaptionRecord, Text } from '../record/record.ts';
import { isEnglish, isUnsure } from './certainty.ts';
import { stopped } from './letters.ts';
import { detailsPart, logosPart, productPart, shotsPart } from './long-found-parts.ts';
import { coloursPart, objectsPart, peoplePart, textPart, uncertainPart } from './long-parts.ts';
import { wovenText } from './sentence.ts';
import { isPersons, usableTexts } from './usable-texts.ts';
import type { WordingRules } from './wording-rules.ts';

/** What a part is about, in the order of the parts. */
export const LONG_PARTS = ['summary', 'shots', 'product', 'text', 'logos', 'people', 'objects', 'details', 'colours', 'uncertain'] as const;

/** One part of a long description, in sentences. */
export type LongPart = { part: (typeof LONG_PARTS)[number]; text: string };

type Parts = Partial<Record<LongPart['part'], string>>;

/** The text that sums the picture up, as stored; undefined when there is none that may be used. */
export const summarySource = (record: CaptionRecord, lang?: string): Text | undefined => {
  const { alt, caption } = usableTexts(record, lang);
  if (alt !== undefined && isPersons(alt) && alt.text === '') return undefined;
  return caption ?? alt;
};

/** What the summary says, with the shop's words where a machine wrote it. */
export const summaryOf = (record: CaptionRecord, rules: WordingRules, lang?: string): string => {
  const source = summarySource(record, lang);
  return source === undefined ? '' : wovenText(record, source, rules);
};

/** Rules write English; beside a summary in another language these parts would be in the wrong one. */
const englishParts = (record: CaptionRecord, isSummaryUnsure: boolean, rules: WordingRules): Parts => ({
  shots: shotsPart(record, rules),
  product: productPart(record),
  logos: logosPart(record),
  people: peoplePart(record),
  objects: objectsPart(record, rules),
  details: detailsPart(record, rules),
  colours: coloursPart(record),
  uncertain: uncertainPart(record, isSummaryUnsure, rules),
});

/** What is known besides the summary; with nothing but the summary there is no word about its doubt, which is for the use to say. */
const otherParts = (record: CaptionRecord, source: Text, rules: WordingRules): LongPart[] => {
  const isUnsureSummary = isUnsure(source);
  const texts: Parts = {
    text: textPart(record, source.lang),
    ...(isEnglish(source.lang) && englishParts(record, isUnsureSummary, rules)),
  };
  const parts = LONG_PARTS.flatMap((part) => (texts[part] ? [{ part, text: texts[part] }] : []));
  return parts.every(({ part }) => part === 'uncertain') ? [] : parts;
};

/**
 * The parts; none where there is no summary. A summary that others follow ends with a full stop. Doubt is said first in each part that has it;
 * the last part sums up what may be wrong.
 */
export const longParts = (record: CaptionRecord, rules: WordingRules, lang?: string): LongPart[] => {
  const source = summarySource(record, lang);
  if (source === undefined || wovenText(record, source, rules) === '') return [];
  const others = otherParts(record, source, rules);
  if (others.length === 0) return [{ part: 'summary', text: wovenText(record, source, rules) }];
  const summary = wovenText(record, source, rules, isUnsure(source));
  return [{ part: 'summary', text: summary } as const, ...others].map(({ part, text }) => ({ part, text: stopped(text) }));
};

/** The long description by rules; undefined where there is nothing to say. */
export const longDescription = (record: CaptionRecord, rules: WordingRules, lang?: string): string | undefined => {
  const parts = longParts(record, rules, lang);
  return parts.length === 0 ? undefined : parts.map(({ text }) => text).join(' ');
};
