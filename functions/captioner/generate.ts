// The search of kind `generate`: token for token what transformers' generate() finds (4.57, generation/utils.py: _sample without
// sampling, and _beam_search), from the best candidates of each row instead of the whole vocabulary. Sums are float32 as there.
import { PictureError } from '../core/errors.ts';
import { emptyHypothesis, type Hypothesis, type Row } from './beam.ts';
import { type GenerateRules, type Scored, scoreRow } from './generate-rules.ts';
import type { PictureSearch, SearchChoices } from './picture-search.ts';

/** What transformers gives to a beam that must not win. */
const NEVER = -1e9;
const add = (a: number, b: number): number => Math.fround(a + b);

/** A sentence in the making. `score` is the sum of what the processors left of the log probabilities. */
type Running = { tokens: readonly number[]; logProbs: readonly number[]; rows: readonly Row[]; score: number };
type Candidate = Running & { beam: number; over: boolean };
type Done = { sentence: Running; score: number; finished: boolean };

const NOTHING: Running = { tokens: [], logProbs: [], rows: [], score: 0 };

/** A row without enough candidates cannot be answered exactly, and a wrong answer would not be seen. */
const exhausted = (): PictureError =>
  new PictureError('INTERNAL', 'the decoder gives too few candidates for these search settings; convert the package with a larger topK');

const extended = (from: Running, row: Row, { token, logProb }: Scored, score: number): Running => ({
  tokens: [...from.tokens, token],
  logProbs: [...from.logProbs, logProb],
  rows: [...from.rows, row],
  score,
});

const hypothesisOf = ({ tokens, logProbs, rows, score: sum }: Running, score: number): Hypothesis => ({
  tokens,
  logProbs,
  rows,
  sum,
  score,
  finished: true,
});

/** A sum of log probabilities over length^penalty, in float32. */
const perLength = (sum: number, length: number, penalty: number): number => Math.fround(sum / Math.fround(length ** penalty));

/** generate() with one beam: the best candidate of each step, the lowest token of equal ones. */
const greedySearch = (rules: GenerateRules, start: readonly number[]): PictureSearch => {
  const after = (said: Running, over: boolean, last: number): PictureSearch => ({
    next: over ? [] : [{ token: last, parent: 0 }],
    advance([row]) {
      if (row === undefined) throw exhausted();
      const { candidates, unseenAtMost } = scoreRow(start, said.tokens, row, rules);
      const [best] = candidates.toSorted((a, b) => b.score - a.score || a.token - b.token);
      if (best === undefined || best.score < unseenAtMost) throw exhausted();
      const now = extended(said, row, best, add(said.score, best.score));
      return after(now, best.token === rules.end || now.tokens.length >= rules.maxTokens, best.token);
    },
    ranked: () => [hypothesisOf(said, perLength(said.score, Math.max(1, said.tokens.length), rules.lengthPenalty))],
  });
  return after(NOTHING, false, start.at(-1) ?? rules.end);
};

/** The `count` best continuations of all beams, best first; equal ones by beam, then by token. */
const bestOf = (
  beams: readonly Running[],
  rows: readonly Row[],
  count: number,
  rules: GenerateRules,
  start: readonly number[],
): Candidate[] => {
  const all: { beam: number; score: number; scored: Scored; row: Row }[] = [];
  let unseenAtMost = Number.NEGATIVE_INFINITY;
  beams.forEach((beam, i) => {
    const row = rows[i] ?? rows[0]; // before the first step all beams are the same
    if (row === undefined) throw exhausted();
    const scoredRow = scoreRow(start, beam.tokens, row, rules);
    unseenAtMost = Math.max(unseenAtMost, add(scoredRow.unseenAtMost, beam.score));
    for (const scored of scoredRow.candidates) all.push({ beam: i, score: add(scored.score, beam.score), scored, row });
  });
  const best = all.sort((a, b) => b.score - a.score || a.beam - b.beam || a.scored.token - b.scored.token).slice(0, count);
  const least = best.length < count ? Number.NEGATIVE_INFINITY : (best.at(-1)?.score ?? Number.NEGATIVE_INFINITY);
  if (unseenAtMost !== Number.NEGATIVE_INFINITY && unseenAtMost >= least) throw exhausted();
  return best.map(({ beam, score, scored, row }) => ({
    ...extended(beams[beam] ?? NOTHING, row, scored, score),
    beam: rows[beam] === undefined ? 0 : beam, // before the first step all beams are one row
    over: scored.token === rules.end || (beams[beam]?.tokens.length ?? 0) + 1 >= rules.maxTokens,
  }));
};

/** The `count` with the highest scores; of equal ones the first. */
const top = <T extends { score: number }>(entries: readonly T[], count: number): T[] =>
  entries.toSorted((a, b) => b.score - a.score).slice(0, count);

/** Takes in the sentences among the first `beams` candidates that just ended. */
const withFinished = (done: readonly Done[], candidates: readonly Candidate[], beams: number, rules: GenerateRules): Done[] => {
  const full = rules.earlyStopping === true && done.every(({ finished }) => finished);
  const ended = candidates.map((sentence, i): Done => {
    const finished = sentence.over && i < beams;
    const score = perLength(sentence.score, sentence.tokens.length, rules.lengthPenalty);
    return { sentence, finished, score: add(add(score, full ? NEVER : 0), finished ? 0 : NEVER) };
  });
  return top([...done, ...ended], beams);
};

/** Whether the best running sentence may still beat the worst finished one, as transformers guesses it. */
const mayImprove = (running: readonly Running[], done: readonly Done[], rules: GenerateRules): boolean => {
  const [best] = running;
  if (best === undefined) return false;
  const length = rules.earlyStopping === 'never' && rules.lengthPenalty > 0 ? rules.maxTokens : best.tokens.length;
  const possible = perLength(best.score, length, rules.lengthPenalty);
  const worst = Math.min(...done.map(({ score }) => score));
  return done.some(({ finished }) => possible > (finished ? worst : NEVER));
};

const beamSearch = (rules: GenerateRules, { start, beamSize }: SearchChoices): PictureSearch => {
  const after = (running: readonly (Running & { beam: number })[], done: readonly Done[], over: boolean): PictureSearch => ({
    next: over ? [] : running.map(({ tokens, beam }) => ({ token: tokens.at(-1) ?? rules.end, parent: beam })),
    advance(rows) {
      const candidates = bestOf(running, rows, 2 * beamSize, rules, start);
      const next = top(
        candidates.map((candidate) => ({ ...candidate, score: add(candidate.score, candidate.over ? NEVER : 0) })),
        beamSize,
      );
      const ended = withFinished(done, candidates, beamSize, rules);
      const stop =
        !mayImprove(next, ended, rules) ||
        (rules.earlyStopping === true && ended.every(({ finished }) => finished)) ||
        candidates.every((candidate) => candidate.over);
      return after(next, ended, stop);
    },
    ranked() {
      const finished = done.filter(({ finished, sentence }) => finished && sentence.score > NEVER / 2);
      return finished.length === 0 ? [emptyHypothesis] : finished.map(({ sentence, score }) => hypothesisOf(sentence, score));
    },
  });
  const beams = Array.from({ length: beamSize }, (_, beam) => ({ ...NOTHING, beam: 0, score: beam === 0 ? 0 : NEVER }));
  const none = Array.from({ length: beamSize }, (): Done => ({ sentence: NOTHING, score: NEVER, finished: false }));
  const first = after(beams, none, false);
  return { ...first, next: [{ token: start.at(-1) ?? rules.end, parent: 0 }] };
};

/**
 * A search before its first step.
 * @throws RangeError for a repetition penalty without beams: generate() then divides logits, which log probabilities do not tell
 */
export const generateSearch = (rules: GenerateRules, choices: SearchChoices): PictureSearch => {
  if (choices.beamSize > 1) return beamSearch(rules, choices);
  if (rules.repetitionPenalty !== 1) throw new RangeError('Expected at least 2 beams for a package with a repetition penalty');
  return greedySearch(rules, choices.start);
};
