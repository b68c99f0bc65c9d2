// Which token may follow which: no special tokens, no repeated content word or phrase, no sentence that stops in the middle.
import type { Manifest } from './manifest.ts';
import type { CaptionSearch } from './manifest-forms.ts';

/** The rules of a search, from the manifest. */
export type SearchRules = {
  end: number;
  /** tokens that are never said: padding, starts, and unknown unless the package allows it */
  banned: ReadonlySet<number>;
  /** words that may occur again (a, of, the, ...) */
  functionWords: ReadonlySet<number>;
  /** words that no sentence may end with */
  noEndAfter: ReadonlySet<number>;
  minTokens: number;
  maxTokens: number;
  lengthPenalty: number;
};

const startsOf = ({ styles }: Manifest['tokens']): number[] => Object.values(styles).flatMap(({ start }) => start);

const unknownOf = ({ unknown }: Manifest['tokens'], { unknownAllowed }: CaptionSearch): number[] =>
  unknownAllowed || unknown === undefined ? [] : [unknown];

/** The rules that a manifest names. */
export const rulesOf = (tokens: Manifest['tokens'], search: CaptionSearch): SearchRules => ({
  end: tokens.end,
  banned: new Set([tokens.pad, ...startsOf(tokens), ...unknownOf(tokens, search)]),
  functionWords: new Set(search.functionWords),
  noEndAfter: new Set(search.noEndAfter),
  minTokens: search.minTokens,
  maxTokens: search.maxTokens,
  lengthPenalty: search.lengthPenalty,
});

const hasBigram = (words: readonly number[], first: number, second: number): boolean =>
  words.some((word, i) => word === first && words[i + 1] === second);

/** Whether `token` may follow `words` (token ids without start and end). */
export const isAllowed = (words: readonly number[], token: number, rules: SearchRules): boolean => {
  const last = words.at(-1);
  if (token === rules.end) return words.length >= rules.minTokens && (last === undefined || !rules.noEndAfter.has(last));
  if (rules.banned.has(token)) return false;
  if (last === undefined) return true;
  if (token === last) return false;
  if (!rules.functionWords.has(token) && words.includes(token)) return false;
  return !hasBigram(words, last, token);
};
