// The analysis of one picture: stage after stage, each with what the ones before found. A stage that throws costs only its own parts.
import { type Facts, STAGES, type Stage } from '../../core/facts/facts.ts';
import type { AnalysisStage, StageInput } from './stage.ts';

/** Which parts of the facts are a stage's own; what else it gives is dropped. */
const PARTS = {
  objects: ['objects', 'people'],
  attributes: ['attributes', 'scene'],
  colours: ['colours'],
  text: ['text'],
  logos: ['logos'],
  quality: ['quality'],
  dense: ['dense'],
} as const satisfies Record<Stage, readonly (keyof Facts)[]>;

/** Most entries of a list: a record has room for 400 kB. */
export const MAX_FOUND = 100;

/** Longest line of why a stage failed, in UTF-16 units. */
const MAX_WHY = 200;

/** A clock in milliseconds, for the stages' times only. */
export type Clock = () => number;

/** What the stages that have run found, and how long each took, in ms. */
export type Analysis = { facts: Facts; ms: Partial<Record<Stage, number>> };

/** An analysis in which nothing has run. */
export const NOTHING_FOUND: Analysis = { facts: {}, ms: {} };

const bounded = (part: unknown): unknown => (Array.isArray(part) ? part.slice(0, MAX_FOUND) : part);

const ownParts = (stage: Stage, found: Partial<Facts>): Partial<Facts> =>
  Object.fromEntries(PARTS[stage].flatMap((part) => (found[part] === undefined ? [] : [[part, bounded(found[part])]])));

const lineOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s+/g, ' ').trim().slice(0, MAX_WHY) || 'it failed';

/** The facts with one line of why a stage found nothing. */
export const withFailure = (facts: Facts, stage: Stage, why: unknown): Facts => ({
  ...facts,
  failed: { ...facts.failed, [stage]: lineOf(why) },
});

const withFound = (facts: Facts, { stage, by }: Pick<AnalysisStage, 'stage' | 'by'>, found: Partial<Facts>): Facts => ({
  ...facts,
  ...ownParts(stage, found),
  by: { ...facts.by, [stage]: by },
});

const afterStage = async (stage: AnalysisStage, input: Omit<StageInput, 'found'>, facts: Facts): Promise<Facts> => {
  try {
    return withFound(facts, stage, await stage.run({ ...input, found: facts }));
  } catch (thrown) {
    return withFailure(facts, stage.stage, thrown);
  }
};

/** In the order of `STAGES`, whatever order they were named in. */
export const inOrder = <T extends { stage: Stage }>(stages: readonly T[]): T[] =>
  STAGES.flatMap((name) => stages.filter(({ stage }) => stage === name));

/** What is told while the stages run: each stage's name before it runs, and all that is known after it. */
export type Progress = { begin(stage: Stage): void; done(analysis: Analysis): void };

/**
 * Runs those stages that have neither found something nor failed, and gives what is known then.
 * @param before what is known already
 */
export const runStages = async (
  stages: readonly AnalysisStage[],
  input: Omit<StageInput, 'found'>,
  before: Analysis,
  now: Clock,
  progress: Progress,
): Promise<Analysis> => {
  let analysis = before;
  const over = { ...before.facts.by, ...before.facts.failed };
  for (const stage of inOrder(stages).filter((one) => over[one.stage] === undefined)) {
    progress.begin(stage.stage);
    const began = now();
    const facts = await afterStage(stage, input, analysis.facts);
    analysis = { facts, ms: { ...analysis.ms, [stage.stage]: now() - began } };
    progress.done(analysis);
  }
  return analysis;
};
