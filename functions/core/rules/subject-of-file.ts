// What is known of a file that was captioned without the service, as rules judge it.
import type { Captioned } from '../caption.ts';
import { seenTags } from './seen-tags.ts';
import type { Duplicate, RuleSubject, RuleText } from './verdict.ts';

/** Languages as XMP has them when nobody said which. */
const UNKNOWN_LANG = 'x-default';

/** The text that the file brings along, else the machine's: the same order as in the service. */
const altOf = (captioned: Captioned): RuleText | undefined => {
  const { alt } = captioned.picture.embedded;
  if (alt !== undefined) return { text: alt.text, origin: 'embedded', ...(alt.lang !== UNKNOWN_LANG && { lang: alt.lang }) };
  return captioned.status === 'captioned' ? { text: captioned.text, lang: 'en', origin: 'machine' } : undefined;
};

/** The file as rules judge it. `bytes`: its size. */
export const subjectOfFile = (name: string, bytes: number, captioned: Captioned, duplicates: readonly Duplicate[]): RuleSubject => {
  const { width, height, format, dhash, embedded } = captioned.picture;
  const { facts = {} } = captioned;
  const alt = altOf(captioned);
  const tags = seenTags(facts);
  return {
    name,
    file: { bytes, width, height, format, dhash },
    facts,
    texts: { ...(alt !== undefined && { alt }), others: embedded.long === undefined ? [] : [embedded.long.text], isPending: false },
    ...(tags !== undefined && { tags }),
    duplicates,
  };
};
