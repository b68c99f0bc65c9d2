// The form of a stage of the analysis: pixels and what earlier stages found -> facts. Stages are pure but for the graphs that they are given.
import type { Facts, Stage } from '../../core/facts/facts.ts';
import type { GridFeatures } from '../grid-features.ts';

/** RGB of the upright picture on white, uint8 [height, width, 3], longest side at most ANALYSIS_SIDE_PX. */
export type AnalysisPixels = { data: Uint8Array; width: number; height: number };

/** What the file's header says besides its size. */
export type Encoding = { jpegQuality?: number; hasAlpha: boolean };

/** What a stage may look at. */
export type StageInput = {
  pixels: AnalysisPixels;
  /** upright size of the file in px */
  size: { width: number; height: number };
  encoding: Encoding;
  /** where the captioner's package gives them */
  features?: GridFeatures;
  /** facts of the stages before */
  found: Readonly<Facts>;
};

/** One stage, ready to run. @see STAGES */
export type AnalysisStage = {
  readonly stage: Stage;
  /** name@version */
  readonly by: string;
  /** only parts that belong to this stage; throwing makes the stage `failed`, never the picture */
  run(input: StageInput): Promise<Partial<Facts>>;
};
