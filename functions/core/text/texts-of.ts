// The texts of a record as they are used: what is stored, and what rules render where nobody has written one.
import type { CaptionRecord } from '../record/record.ts';
import type { Texts } from '../record/text-rules.ts';
import type { WordingRules } from './wording-rules.ts';

/**
 * The record's texts of a language, or of its main one where there is none of that. People's are as they were written.
 * @param lang BCP 47
 */
export const effectiveTexts = (record: CaptionRecord, _rules: WordingRules, lang?: string): Texts => {
  const translated = lang === undefined ? undefined : record.translations?.[lang];
  return { ...record.texts, ...translated };
};
