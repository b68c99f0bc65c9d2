// The long description of a picture, in parts.
import type { CaptionRecord } from '../record/record.ts';
import type { WordingRules } from './wording-rules.ts';

/** The long description by rules, or undefined where there is nothing to say. */
export const longDescription = (record: CaptionRecord, _rules: WordingRules): string | undefined => record.texts.caption?.text;
