// What transformers' logits processors do to the candidates of one row, in their order (generation/utils.py, _get_logits_processor):
// repetition penalty, repeated n-grams, least length, forced first and last token, banned tokens. Numbers are rounded to float32 as there.
import type { Row } from './beam.ts';
import type { GenerateSearch } from './manifest-forms.ts';

/** Settings of generate(), and the token that ends a sentence. */
export type GenerateRules = GenerateSearch & { end: number };

/** A candidate: its log probability as the model gave it, and what the processors made of it. */
export type Scored = { token: number; logProb: number; score: number };

/** The candidates of a row, and an upper bound for the score of every token that the row does not list. */
export type ScoredRow = { candidates: Scored[]; unseenAtMost: number };

/** Tokens that would make an n-gram occur a second time. */
const repeating = (said: readonly number[], size: number): ReadonlySet<number> => {
  const banned = new Set<number>();
  if (size === 0) return banned;
  const last = said.slice(said.length + 1 - size);
  for (let at = 0; at + size <= said.length; at += 1) {
    if (last.every((token, i) => said[at + i] === token)) banned.add(said[at + size - 1] ?? -1);
  }
  return banned;
};

const penalised = (logProb: number, penalty: number): number =>
  Math.fround(logProb < 0 ? logProb * Math.fround(penalty) : logProb / Math.fround(penalty));

const forcedToken = (said: number, words: number, { forcedFirst, forcedLast, maxTokens }: GenerateRules): number | undefined => {
  if (forcedLast !== undefined && words === maxTokens - 1) return forcedLast;
  return said === 1 ? forcedFirst : undefined;
};

/** A row that lists the first so many tokens, each once, lists all there are: more tokens would leave a gap. */
const listsAll = ({ tokens }: Row): boolean => new Set(tokens).size === tokens.length && tokens.every((token) => token < tokens.length);

/**
 * The row's candidates that may follow.
 * @param prompt the decoder's start tokens
 * @param words the new tokens so far
 */
export const scoreRow = (prompt: readonly number[], words: readonly number[], row: Row, rules: GenerateRules): ScoredRow => {
  const said = [...prompt, ...words];
  const banned = new Set(rules.banned);
  const forced = forcedToken(said.length, words.length, rules);
  if (forced !== undefined) {
    return { candidates: banned.has(forced) ? [] : [{ token: forced, logProb: 0, score: 0 }], unseenAtMost: Number.NEGATIVE_INFINITY };
  }
  for (const token of repeating(said, rules.noRepeatNgram)) banned.add(token);
  if (words.length < rules.minTokens) banned.add(rules.end);
  const before = new Set(rules.repetitionPenalty === 1 ? [] : said);
  const candidates = row.tokens.flatMap((token, i) => {
    const logProb = row.logProbs[i] ?? Number.NEGATIVE_INFINITY;
    const score = before.has(token) ? penalised(logProb, rules.repetitionPenalty) : logProb;
    return banned.has(token) || score === Number.NEGATIVE_INFINITY ? [] : [{ token, logProb, score }];
  });
  const least = row.logProbs[row.tokens.length - 1] ?? 0;
  const unseenAtMost = listsAll(row)
    ? Number.NEGATIVE_INFINITY
    : Math.max(least, before.size > 0 ? penalised(least, rules.repetitionPenalty) : least);
  return { candidates, unseenAtMost };
};
