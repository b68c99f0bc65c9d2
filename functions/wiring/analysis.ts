// Config -> what a captioner analyses.
import type { AnalysisSettings } from '../adapters/model/captioner-pool.ts';
import type { Captioner } from '../core/caption.ts';
import type { AnalysisConfig } from './config-analysis.ts';

/** What the pool is told; undefined when nothing is analysed. */
export const analysisOf = ({ stages, folder, stageTimeoutMs }: AnalysisConfig): AnalysisSettings | undefined =>
  stages.length === 0 ? undefined : { stages, folder, stageTimeoutMs };

/** What the stages run, for a log line. */
export const stagesLine = ({ analysis }: Pick<Captioner, 'analysis'>): string => Object.values(analysis ?? {}).join(' ') || 'none';
