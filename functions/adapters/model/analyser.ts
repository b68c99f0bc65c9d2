// The analysis of one lane: its thread is replaced when a stage took it along, and the other stages go on.
import { type Analysis, NOTHING_FOUND, withFailure } from '../../captioner/analysis/run-stages.ts';
import { STAGES, type Stage } from '../../core/facts/facts.ts';
import { type AnalysisRequest, NO_TIME } from './analysis-service.ts';
import type { AnalysisOrders } from './analysis-stages.ts';
import { AnalysisThread, type CaptionCrops } from './analysis-thread.ts';

/** A stage that took its thread along so often is left out until this process ends: each time costs its time limit and a new thread. */
const MAX_LOSSES = 2;

/**
 * Orders of the threads, the longest time of one stage in ms, the time in which the stages of all pictures of a batch may begin (of any length
 * when left out), and what runs: analysis-worker.ts unless told otherwise.
 */
export type AnalyserSettings = AnalysisOrders & { stageTimeoutMs: number; budgetMs?: number | undefined; program?: URL };

/** Analyses pictures, one at a time. */
export type Analyser = {
  /** name@version of what each stage runs. @throws PackageRefused */
  readonly loaded: Promise<Partial<Record<Stage, string>>>;
  /** never rejects: what a stage could not find out is in `failed` */
  analyse(request: Omit<AnalysisRequest, 'before'>, captionCrops: CaptionCrops): Promise<Analysis>;
  close(): void;
};

/** Stages that have neither found something nor failed. */
const openOf = ({ facts: { by, failed } }: Analysis, stages: readonly Stage[]): Stage[] =>
  stages.filter((stage) => by?.[stage] === undefined && failed?.[stage] === undefined);

const allFailed = (analysis: Analysis, stages: readonly Stage[], why: string): Analysis => ({
  ...analysis,
  facts: openOf(analysis, stages).reduce((facts, stage) => withFailure(facts, stage, why), analysis.facts),
});

/** Facts of a picture that no stage could look at. */
export const unseen = (stages: readonly Stage[], why: string): Analysis => allFailed(NOTHING_FOUND, stages, why);

/** Starts the first thread. */
export const analyser = ({ stageTimeoutMs, program, ...orders }: AnalyserSettings): Analyser => {
  const losses = new Map<Stage, number>();
  let closed = false;
  let thread = new AnalysisThread(orders, stageTimeoutMs, program);
  const { loaded } = thread;

  const revive = async (): Promise<void> => {
    if (!thread.alive) thread = new AnalysisThread(orders, stageTimeoutMs, program);
    await thread.loaded;
  };
  const hopeless = (): Analysis => {
    const left = [...losses].flatMap(([stage, count]) => (count < MAX_LOSSES ? [] : [stage]));
    return unseen(left, `it is left out: it ended its thread ${MAX_LOSSES} times`);
  };

  const attempt = async (request: AnalysisRequest, stages: readonly Stage[], captionCrops: CaptionCrops): Promise<Analysis> => {
    const { analysis, lost } = await thread.analyse(request, captionCrops);
    if (lost === undefined) return analysis;
    if (lost.stage === undefined) return allFailed(analysis, stages, lost.why);
    losses.set(lost.stage, (losses.get(lost.stage) ?? 0) + 1);
    return { ...analysis, facts: withFailure(analysis.facts, lost.stage, lost.why) };
  };

  /** One attempt with the stages that are left; a thread that does not start, or no time, fails them all. */
  const further = async (request: AnalysisRequest, stages: readonly Stage[], captionCrops: CaptionCrops): Promise<Analysis> => {
    if (request.leftMs <= 0) return allFailed(request.before, stages, NO_TIME);
    const failure = await revive().catch((thrown: unknown) => thrown ?? new Error('its thread did not start'));
    if (failure !== undefined) return allFailed(request.before, stages, failure instanceof Error ? failure.message : String(failure));
    return await attempt(request, stages, captionCrops);
  };

  return {
    loaded,
    async analyse(request, captionCrops) {
      const stages = orders.stages.filter((stage) => !request.without.includes(stage));
      const until = performance.now() + request.leftMs;
      let known = hopeless();
      for (const _ of STAGES) {
        if (openOf(known, stages).length === 0) return known;
        if (closed) break;
        known = await further({ ...request, before: known, leftMs: until - performance.now() }, stages, captionCrops);
      }
      return allFailed(known, stages, 'it was not run');
    },
    close() {
      closed = true;
      thread.close();
    },
  };
};
