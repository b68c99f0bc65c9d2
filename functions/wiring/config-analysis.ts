// The settings of the analysis, which the caption command and both captioning functions share.
import * as z from 'zod';
import { ConfigError } from '../core/errors.ts';
import { STAGES, type Stage, TEXT_READERS, USUAL_STAGES } from '../core/facts/facts.ts';
import { type Environment, oneOf, optional, readSettings, type Setting, text, whole, withDefault } from './config-settings.ts';

/** What is analysed, and how. */
export type AnalysisConfig = Readonly<{
  /** none: nothing is analysed */
  stages: readonly Stage[];
  /** holds a package folder of each packaged stage's name */
  folder: string;
  /** longest time of one stage, in ms */
  stageTimeoutMs: number;
  /** in which the stages of a batch's pictures may begin, in ms; absent: however long that takes */
  budgetMs?: number;
  textReader: (typeof TEXT_READERS)[number];
}>;

const NONE = 'off';

/** Of a stage; reading a page full of text takes some seconds. */
const DEFAULT_STAGE_TIMEOUT_MS = 10_000;
const MOST_MS = 2 ** 31 - 1;

/** Stages with commas between them. */
export const stages: Setting<readonly Stage[]> = {
  schema: z
    .string()
    .transform((value) => (value === NONE ? [] : value.split(',').map((part) => part.trim())))
    .pipe(z.array(z.enum(STAGES))),
  expected: `stages of ${STAGES.join(', ')} with commas between them, or ${NONE}`,
  fix: '',
};

const settings = {
  ANALYSIS: withDefault(stages, USUAL_STAGES),
  STAGES_DIR: optional(text('the folder that holds the packages of the stages', 'leave it out when they are in MODELS_DIR')),
  STAGE_TIMEOUT_MS: withDefault(whole(1, MOST_MS, ''), DEFAULT_STAGE_TIMEOUT_MS),
  ANALYSIS_BUDGET_MS: optional(whole(1, MOST_MS, '')),
  TEXT_READER: withDefault(oneOf(TEXT_READERS, ''), 'tesseract'),
};

/**
 * What the variables say about the analysis.
 * @param modelsFolder where the stages' packages are unless STAGES_DIR says otherwise
 * @throws ConfigError
 */
export const readAnalysis = (env: Environment, modelsFolder: string): AnalysisConfig => {
  const set = readSettings(settings, env);
  const wanted = set.ANALYSIS.filter((stage) => stage !== 'text' || set.TEXT_READER !== NONE);
  if (wanted.includes('dense') && !wanted.includes('objects'))
    throw new ConfigError('ANALYSIS: expected objects beside dense, which describes what was found; add objects');
  return Object.freeze({
    stages: STAGES.filter((stage) => wanted.includes(stage)),
    folder: set.STAGES_DIR ?? modelsFolder,
    stageTimeoutMs: set.STAGE_TIMEOUT_MS,
    ...(set.ANALYSIS_BUDGET_MS !== undefined && { budgetMs: set.ANALYSIS_BUDGET_MS }),
    textReader: set.TEXT_READER,
  });
};
