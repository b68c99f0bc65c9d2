// A short title of a picture.
import type { CaptionRecord } from '../record/record.ts';
import type { WordingRules } from './wording-rules.ts';

/** The title that somebody wrote, or one by rules; undefined where there is nothing to say. */
export const titleOf = (record: CaptionRecord, _rules: WordingRules): string | undefined =>
  (record.texts.title ?? record.texts.caption)?.text.replace(/\.$/, '');
