// Bodies of edits and reviews that may be right or wrong in every part.
import { pick, STRINGS } from './fuzzed-strings.ts';
import { type Random, whole } from './random.ts';

const WORDS = ['A dog.', '', ' ', '\u202e', 'a\u0000b', 'two\nlines', '\uffff', 'é'.repeat(9_000), ...STRINGS];
const LANGS = ['en', 'de', 'zh-hant', 'x', 'en_US', 'i-klingon', 'a'.repeat(40), ...STRINGS];

/** Fields of a path. */
export const FIELDS = ['alt', 'caption', 'long', 'title', 'ALT', '%00', 'alt%2F..', '__proto__'];
const ACTIONS = ['accept', 'edit', 'decorative', 'reject', 'ACCEPT'];

/** A wish for a text, a decision, or what a product is. */
export const editOf = (random: Random): object => {
  const some = <T>(value: T): T | undefined => (whole(random, 3) === 0 ? undefined : value);
  return pick(random, [
    {
      text: pick(random, WORDS),
      lang: some(pick(random, LANGS)),
      locked: some(pick(random, [true, false, 'yes'])),
      note: some(pick(random, WORDS)),
    },
    {
      action: pick(random, ACTIONS),
      field: some(pick(random, FIELDS)),
      of: some(pick(random, ['current', 'proposal', 'x'])),
      text: some(pick(random, WORDS)),
      reason: some(pick(random, WORDS)),
    },
    {
      name: some(pick(random, WORDS)),
      keywords: some(Array.from({ length: whole(random, 60) }, () => pick(random, WORDS))),
      pageUrl: some(pick(random, ['https://shop.example/a', 'javascript:alert(1)', 'https://a:b@c', ...STRINGS])),
    },
  ]);
};
