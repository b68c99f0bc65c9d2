// A short title of a picture: the product's name, or the beginning of what it shows (dc:title, schema.org name).
import type { CaptionRecord } from '../record/record.ts';
import { cutTo } from './clauses.ts';
import { isLogo, logoName } from './logo.ts';
import { summarySource } from './long-description.ts';
import { isImageOfText, joinedLines, readLines } from './picture-text.ts';
import { productFor, sentenceOf } from './sentence.ts';
import { isPersons, usableTexts } from './usable-texts.ts';
import type { WordingRules } from './wording-rules.ts';

/** Characters that a title by rules is cut to: what search results and tabs show. */
const TITLE_TARGET = 60;

const shortened = (text: string): string => cutTo(text, TITLE_TARGET).replace(/[\s.,;:–—-]+$/, '');

/** What the shop or the picture itself says of it. */
const nameOf = (record: CaptionRecord, seen: string): string | undefined => {
  const lines = readLines(record);
  if (isLogo(record, seen)) return logoName(record, lines);
  const { label } = productFor(record, summarySource(record), '');
  if (label !== undefined) return label;
  return isImageOfText(lines, seen) ? joinedLines(lines) : undefined;
};

/**
 * A title by rules; undefined where there is nothing to say.
 * @param lang BCP 47
 */
export const renderedTitle = (record: CaptionRecord, rules: WordingRules, lang?: string): string | undefined => {
  const source = summarySource(record, lang);
  if (source === undefined) return undefined;
  const name = isPersons(source) ? undefined : nameOf(record, source.text);
  const title = shortened(name ?? sentenceOf(source, record, rules));
  return title === '' ? undefined : title;
};

/** The title that somebody wrote, or one by rules; undefined where there is nothing to say. */
export const titleOf = (record: CaptionRecord, rules: WordingRules): string | undefined => {
  const written = usableTexts(record).title;
  return written !== undefined && written.text !== '' ? sentenceOf(written, record, rules) : renderedTitle(record, rules);
};
