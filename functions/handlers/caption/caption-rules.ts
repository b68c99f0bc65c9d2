// The caption command's judgements: each picture by each pack, once all of them are known, as duplicates are found among them.
import { judgementOf } from '../../core/rules/judge.ts';
import { nearDuplicates } from '../../core/rules/near-duplicates.ts';
import type { RulePack } from '../../core/rules/rule-pack.ts';
import { limitWords, measuredWords } from '../../core/rules/rule-words.ts';
import { subjectOfFile } from '../../core/rules/subject-of-file.ts';
import type { Judgement, Verdict } from '../../core/rules/verdict.ts';
import type { Outcome } from './caption-output.ts';

/** The judgements of each outcome, in its place; none of pictures that failed. */
export const judgeOutcomes = (outcomes: readonly Outcome[], packs: readonly RulePack[]): Judgement[][] => {
  const read = outcomes.flatMap(({ name, result, file }) =>
    result instanceof Error || file === undefined ? [] : [{ name, result, file }],
  );
  const duplicates = nearDuplicates(
    read.map(({ name, result, file }) => ({ name, dhash: result.picture.dhash, sha256: file.sha256 })),
  ).values();
  return outcomes.map(({ name, result, file }) => {
    if (result instanceof Error || file === undefined) return [];
    const subject = subjectOfFile(name, file.bytes, result, duplicates.next().value ?? []);
    return packs.map((pack) => judgementOf(subject, pack));
  });
};

const WIDEST_RESULT = 'unknown'.length;

const aboutLimit = (verdict: Verdict): string => {
  const limit = limitWords(verdict);
  return limit === undefined ? '' : ` (${limit})`;
};

const verdictLine = (verdict: Verdict): string => {
  const { check, result, level, why, rule } = verdict;
  const found = result === 'unknown' ? (why ?? '') : `${measuredWords(verdict) ?? ''}${aboutLimit(verdict)}`;
  const word = level === 'should' && result === 'fail' ? 'advice' : result;
  return `        ${word.padEnd(WIDEST_RESULT)}  ${check}: ${found}. ${rule}`;
};

const ordered = (verdicts: readonly Verdict[]): Verdict[] =>
  (['fail', 'unknown', 'pass'] as const).flatMap((result) => verdicts.filter((verdict) => verdict.result === result));

/** Lines for people: the result of each pack, and every rule that did not pass; with `verbose` all of them. */
export const judgementLines = (judgements: readonly Judgement[], verbose: boolean): string[] =>
  judgements.flatMap(({ pack, result, verdicts }) => [
    `    ${pack}: ${result}`,
    ...ordered(verdicts)
      .filter((verdict) => verbose || verdict.result !== 'pass')
      .map(verdictLine),
  ]);
