// Keywords of a picture: schema.org keywords and dc:subject.
import type { CaptionRecord } from '../record/record.ts';
import type { WordingRules } from './wording-rules.ts';

/** The picture's keywords, the most telling first. */
export const keywordsOf = (record: CaptionRecord, _rules: WordingRules): string[] => [...new Set(record.product?.keywords ?? [])];
