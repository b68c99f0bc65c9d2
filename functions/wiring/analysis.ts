// Config -> what a captioner analyses.
import type { AnalysisSettings } from '../adapters/model/captioner-pool.ts';
import type { Captioner } from '../core/caption.ts';
import type { AnalysisConfig } from './config-analysis.ts';

/** Share of a stage's time that reading text may take: it ends before the stage is ended, and with it the thread. */
const READING_SHARE = 0.8;

/** What the pool is told; undefined when nothing is analysed. */
export const analysisOf = ({
  stages,
  folder,
  stageTimeoutMs,
  budgetMs,
  textReader: kind,
}: AnalysisConfig): AnalysisSettings | undefined => {
  if (stages.length === 0) return undefined;
  const textReader = kind === 'off' ? undefined : { kind, timeoutMs: Math.ceil(stageTimeoutMs * READING_SHARE) };
  return { stages, folder, stageTimeoutMs, budgetMs, textReader };
};

/** What the stages run, for a log line. */
export const stagesLine = ({ analysis }: Pick<Captioner, 'analysis'>): string => Object.values(analysis ?? {}).join(' ') || 'none';
