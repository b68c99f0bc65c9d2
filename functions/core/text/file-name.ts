// A suggested file name: lower-case kebab-case, 3 to 6 content words, the extension by the real format.
import type { CaptionRecord } from '../record/record.ts';
import { titleOf } from './title.ts';
import type { WordingRules } from './wording-rules.ts';

const MOST_WORDS = 6;

/** The file name that a picture should have, with the extension of its real format. */
export const fileNameOf = (record: CaptionRecord, rules: WordingRules): string => {
  const words = titleOf(record, rules)
    ?.toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['picture'];
  const { format } = record.picture ?? {};
  return `${words.slice(0, MOST_WORDS).join('-')}${format === undefined ? '' : `.${format === 'jpeg' ? 'jpg' : format}`}`;
};
