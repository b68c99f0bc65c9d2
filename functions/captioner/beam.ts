// Beam search of ONE picture: pure bookkeeping over the top candidates that the decoder graph returns for each hypothesis.
// models/training/beam.py is the same search; a fixture keeps the two equal.
import { isAllowed, type SearchRules } from './search-rules.ts';

/** The candidates of one hypothesis, best first: a row of the graph's top_tokens and top_log_probs. */
export type Row = { tokens: readonly number[]; logProbs: ArrayLike<number> };

/** A sentence in the making. `tokens` leave out the start token and include the end token. */
export type Hypothesis = {
  tokens: readonly number[];
  logProbs: readonly number[];
  /** rows[i] is the row that tokens[i] was chosen from */
  rows: readonly Row[];
  /** sum of logProbs */
  sum: number;
  /** sum / length^lengthPenalty */
  score: number;
  finished: boolean;
};

/** A hypothesis and the row of the previous step's states that it continues. */
export type Beam = { hypothesis: Hypothesis; parent: number };

/** The search before its first step: nothing said yet. */
export const emptyHypothesis: Hypothesis = Object.freeze({ tokens: [], logProbs: [], rows: [], sum: 0, score: 0, finished: false });

/** Sum of log probabilities made comparable between lengths (Wu et al. 2016, with length^a). */
export const normalised = (sum: number, length: number, lengthPenalty: number): number =>
  length === 0 ? Number.NEGATIVE_INFINITY : sum / length ** lengthPenalty;

type Candidate = { parent: number; token: number; logProb: number; score: number; sum: number };

const candidatesOf = (hypothesis: Hypothesis, parent: number, row: Row, rules: SearchRules): Candidate[] => {
  if (hypothesis.finished) {
    return [{ parent, token: rules.end, logProb: 0, score: hypothesis.score, sum: hypothesis.sum }];
  }
  const length = hypothesis.tokens.length + 1;
  return row.tokens.flatMap((token, i) => {
    if (!isAllowed(hypothesis.tokens, token, rules)) return [];
    const logProb = row.logProbs[i] ?? Number.NEGATIVE_INFINITY;
    const sum = hypothesis.sum + logProb;
    return [{ parent, token, logProb, sum, score: normalised(sum, length, rules.lengthPenalty) }];
  });
};

/** Best score first; equal scores by token id, then by parent, so that the order never depends on the engine. */
const byScore = (a: Candidate, b: Candidate): number => b.score - a.score || a.token - b.token || a.parent - b.parent;

const extend = (from: Hypothesis, row: Row, { token, logProb, sum, score }: Candidate, end: number): Hypothesis => ({
  tokens: [...from.tokens, token],
  logProbs: [...from.logProbs, logProb],
  rows: [...from.rows, row],
  sum,
  score,
  finished: token === end,
});

/**
 * One step: the `beamSize` best of the finished hypotheses and of all allowed continuations.
 * `rows[i]` belongs to `hypotheses[i]`. Returns nothing when no continuation is allowed.
 */
export const advance = (hypotheses: readonly Hypothesis[], rows: readonly Row[], beamSize: number, rules: SearchRules): Beam[] => {
  const candidates = hypotheses.flatMap((hypothesis, i) => candidatesOf(hypothesis, i, rows[i] ?? { tokens: [], logProbs: [] }, rules));
  return candidates
    .sort(byScore)
    .slice(0, beamSize)
    .flatMap((candidate) => {
      const from = hypotheses[candidate.parent];
      const row = rows[candidate.parent];
      if (from === undefined || row === undefined) return [];
      return [{ parent: candidate.parent, hypothesis: from.finished ? from : extend(from, row, candidate, rules.end) }];
    });
};

/** The longest beginning of an unfinished hypothesis that may stand as a sentence. */
const cutBack = (hypothesis: Hypothesis, rules: SearchRules): Hypothesis => {
  let length = hypothesis.tokens.length;
  while (length > 0 && rules.noEndAfter.has(hypothesis.tokens[length - 1] ?? -1)) length -= 1;
  const logProbs = hypothesis.logProbs.slice(0, length);
  const sum = logProbs.reduce((total, logProb) => total + logProb, 0);
  return {
    tokens: hypothesis.tokens.slice(0, length),
    logProbs,
    rows: hypothesis.rows.slice(0, length),
    sum,
    score: normalised(sum, length, rules.lengthPenalty),
    finished: true,
  };
};

const sameTokens = (a: Hypothesis, b: Hypothesis): boolean =>
  a.tokens.length === b.tokens.length && a.tokens.every((token, i) => token === b.tokens[i]);

/** The search's answer, best first: the finished hypotheses or, when there are none, all of them cut back. */
export const rank = (hypotheses: readonly Hypothesis[], rules: SearchRules): Hypothesis[] => {
  const finished = hypotheses.filter((hypothesis) => hypothesis.finished);
  const ranked = finished.length > 0 ? finished : hypotheses.map((hypothesis) => cutBack(hypothesis, rules));
  const distinct = ranked.filter((hypothesis, i) => ranked.findIndex((other) => sameTokens(hypothesis, other)) === i);
  return distinct.toSorted((a, b) => (a.score === b.score ? 0 : b.score - a.score));
};
