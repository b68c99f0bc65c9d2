// What is known of a record's picture, as rules judge it: texts in the words in which they would be published.
import type { CaptionRecord, Text } from '../record/record.ts';
import { tagsOf } from '../tags/tags-of.ts';
import { altFor } from '../text/alt-for.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { seenTags } from './seen-tags.ts';
import type { RuleSubject, RuleText } from './verdict.ts';

/** A machine's text may still come while the picture waits, or while the larger model is asked. */
const isPending = ({ state, refine }: CaptionRecord): boolean => state === 'PENDING' || refine === 'queued';

const altOf = (record: CaptionRecord, rules: WordingRules): RuleText | undefined => {
  const { alt, lang, origin } = altFor(record, {}, rules);
  return alt === null ? undefined : { text: alt, ...(lang !== undefined && { lang }), ...(origin !== undefined && { origin }) };
};

const textsOf = (record: CaptionRecord, rules: WordingRules): NonNullable<RuleSubject['texts']> => {
  const alt = altOf(record, rules);
  const { caption, long } = effectiveTexts(record, rules);
  const others = [caption, long].filter((text): text is Text => text !== undefined).map(({ text }) => text);
  return { ...(alt !== undefined && { alt }), others, isPending: isPending(record) };
};

/** The record's picture as rules judge it, compared with no other. */
export const subjectOfRecord = (record: CaptionRecord, rules: WordingRules): RuleSubject => {
  const { key, picture, facts = {} } = record;
  return {
    name: key,
    ...(picture !== undefined && { file: picture }),
    facts,
    texts: textsOf(record, rules),
    tags: [...(seenTags(facts) ?? []), ...tagsOf(record, rules)].map(({ name, confidence }) => ({ name, confidence })),
  };
};
