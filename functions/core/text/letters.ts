// First letters of sentences and labels.

/** With a capital first letter. */
export const capitalised = (text: string): string => {
  const [first = ''] = text;
  return `${first.toUpperCase()}${text.slice(first.length)}`;
};

/** The text with a capital first letter, unless what it was made of begins with a small one. */
export const capitalisedLike = (before: string, text: string): string => (/^\p{Ll}/u.test(before) ? text : capitalised(text));

/** First words that certainly are no names: of others only people know (Paris, American, Christmas). */
const NO_NAMES = new Set(
  (
    'a an the this that these those some any each every no two three four five six seven eight nine ten eleven twelve several many few another ' +
    'it its he she they his her their there here in on at by with without under over near between behind inside outside from to of ' +
    'group pair couple person people child children man woman men women boy girl boys girls close view inside large small big old young empty open'
  ).split(' '),
);

/** The sentence as it goes on after a colon: in lower case where it begins with a word that is no name. */
export const continued = (sentence: string): string => {
  const [first = ''] = sentence.match(/^[\p{L}\p{N}'’-]+/u) ?? [];
  return NO_NAMES.has(first.toLowerCase()) && /^\p{Lu}\p{Ll}*$/u.test(first)
    ? `${first.charAt(0).toLowerCase()}${sentence.slice(1)}`
    : sentence;
};

const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;

/** The text with a full stop, unless it ends a sentence already. */
export const stopped = (text: string): string => {
  if (/[.!?…。！？]["”’»)]?$/u.test(text)) return text;
  return `${text}${IDEOGRAPHIC.test(text) ? '。' : '.'}`;
};

/** Length as people count it: characters, not units of UTF-16. */
export const lengthOf = (text: string): number => [...text].length;

/** "a, b and c". */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
