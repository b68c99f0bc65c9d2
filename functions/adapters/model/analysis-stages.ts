// Which code is which stage, and how the stages that a deployment runs are made: packages opened and checked, sessions created.
import { join } from 'node:path';
import { attributesStage } from '../../captioner/analysis/attributes/attributes-stage.ts';
import { coloursStage } from '../../captioner/analysis/colours/colours-stage.ts';
import { logosStage } from '../../captioner/analysis/logos/logos-stage.ts';
import { objectsStage } from '../../captioner/analysis/objects/objects-stage.ts';
import { qualityStage } from '../../captioner/analysis/quality/quality-stage.ts';
import type { AnalysisStage } from '../../captioner/analysis/stage.ts';
import { openStagePackage, PACKAGED_STAGES, type PackagedStage, type StagePackage } from '../../captioner/analysis/stage-package.ts';
import { textStage } from '../../captioner/analysis/text/text-stage.ts';
import { CodedError } from '../../core/errors.ts';
import { STAGES, type Stage } from '../../core/facts/facts.ts';
import { makeTextReader, type TextReaderOrders } from '../ocr/text-readers.ts';
import { type Turns, turns } from './lane-queue.ts';
import { type NativeGate, throughGate } from './native-gate.ts';
import { onnxRun, type SessionChoices } from './onnx-graphs.ts';
import { packageFolder } from './package-folder.ts';

/** What is analysed: the stages, the folder with a package folder of each packaged stage's name, and how their sessions run. */
export type AnalysisOrders = {
  stages: readonly Stage[];
  folder: string;
  session: SessionChoices;
  /** who reads what `text` finds */
  textReader?: TextReaderOrders | undefined;
};

/** Stages that are computed. */
const COMPUTED: Partial<Record<Stage, () => AnalysisStage>> = { colours: coloursStage, quality: qualityStage };

const readingStage = (pkg: StagePackage, { textReader }: AnalysisOrders): AnalysisStage => {
  if (textReader === undefined) throw new CodedError('CONFIG', 'Expected a reader for the text that is found but received none');
  return textStage(pkg, makeTextReader(textReader));
};

/** Stages that are made of a package. */
const PACKAGED: Record<PackagedStage, (pkg: StagePackage, orders: AnalysisOrders) => AnalysisStage> = {
  objects: objectsStage,
  attributes: attributesStage,
  text: readingStage,
  logos: logosStage,
};

const isPackaged = (stage: Stage): stage is PackagedStage => PACKAGED_STAGES.some((packaged) => packaged === stage);

/** What runs inside of the model runtime, one after the other: the gate lets in one at a time, and a stage may ask for several. */
const insideInTurn = (gate: NativeGate): Turns => {
  const turn = turns();
  return (work) => turn(() => throughGate(gate, work));
};

const packaged = async (kind: PackagedStage, orders: AnalysisOrders, inside: Turns): Promise<AnalysisStage> => {
  const { folder, session } = orders;
  const pkg = await openStagePackage(packageFolder(join(folder, kind)), kind, async (graph) => {
    const run = await inside(() => onnxRun(graph, session));
    return (feeds) => inside(() => run(feeds));
  });
  return PACKAGED[kind](pkg, orders);
};

/**
 * The stages that were asked for, in their order, without `dense`, which needs a captioner.
 * @throws PackageRefused when a package is missing or not sound; CodedError CONFIG when a reader of text is
 */
export const makeStages = async (orders: AnalysisOrders, gate: NativeGate): Promise<AnalysisStage[]> => {
  const inside = insideInTurn(gate);
  const stages: AnalysisStage[] = [];
  for (const stage of STAGES.filter((one) => orders.stages.includes(one))) {
    if (isPackaged(stage)) stages.push(await packaged(stage, orders, inside));
    else stages.push(...[COMPUTED[stage]?.() ?? []].flat());
  }
  return stages;
};
