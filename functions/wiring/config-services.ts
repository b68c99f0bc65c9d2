// The settings of the ingest function, and what those of the lookup function and of the worker share with them. The template gives them all; none has a second default here.
import { ConfigError } from '../core/errors.ts';
import type { PictureLimits } from '../core/picture/picture-limits.ts';
import { REFINE_POLICIES, type RefinePolicy } from '../core/record/policy.ts';
import type { AnalysisConfig } from './config-analysis.ts';
import {
  address,
  amount,
  type Environment,
  oneOf,
  optional,
  readSettings,
  type Settings as SettingsOf,
  text,
  whole,
  withDefault,
} from './config-settings.ts';

const MS_PER_S = 1000;
const MOST_LEASE_S = 43_200;
const MOST_RECEIVES = 1000;
const MOST_TOMBSTONE_DAYS = 3650;

/** The fix of a setting that the template gives. */
export const fromStack = (name: string): string => `the stack sets ${name}; deploy it again, or set the variable`;

/** The records' table. */
export const tableName = { ...text('the name of the table', fromStack('TABLE_NAME')) };
/** Lambda's own region. */
export const region = text('an AWS region such as eu-west-1', 'Lambda sets it; elsewhere set AWS_REGION');
const busName = text('the name of the event bus', fromStack('EVENT_BUS_NAME'));
/** Address of the inference queue. */
export const queueUrl = address(fromStack('INFERENCE_QUEUE_URL'));
const modelsFolder = text('the folder that holds the model packages', 'set it to /opt/models in Lambda, to the models folder elsewhere');
const model = text('the name of a model package in MODELS_DIR', 'set it to a package such as m2');
const lease = whole(1, MOST_LEASE_S, 'set it to the function timeout or more, in seconds, such as 120');
const receives = whole(1, MOST_RECEIVES, "set it to the queue's maxReceiveCount, such as 5");
/** How long deleted records are remembered. */
export const tombstoneDays = whole(1, MOST_TOMBSTONE_DAYS, 'set the context tombstoneDays, such as 30');
/** File beside a bundle, or an absolute path. */
export const rulePacksFile = text('the file of the rule packs', 'set it to rule-packs.json, which is beside the bundle');
/** Names with commas between them. */
export const rulePackNames = text('names of rule packs with commas between them', fromStack('RULE_PACKS'));
/** The names in such a setting. */
export const packNamesIn = (names: string): string[] => names.split(',').filter((name) => name !== '');
const analysis = text('stages of the analysis with commas between them, or off', fromStack('ANALYSIS'));
const usdPerSecond = amount('set it to what a second of this function costs in US dollars, such as 0.0000267');

/** Settings of both captioning functions. */
export const captioningSettings = {
  AWS_REGION: region,
  TABLE_NAME: tableName,
  LEASE_SECONDS: lease,
  MAX_RECEIVES: receives,
  EVENT_BUS_NAME: busName,
  MODELS_DIR: modelsFolder,
  MODEL: model,
  ANALYSIS: analysis,
  USD_PER_SECOND: usdPerSecond,
};

/** What both captioning functions are told. */
export type CaptioningConfig = {
  region: string;
  tableName: string;
  eventBusName: string;
  modelsFolder: string;
  /** name of a package in `modelsFolder` */
  model: string;
  limits: Readonly<PictureLimits>;
  inferenceTimeoutMs: number;
  /** where a bundle finds native packages */
  nodePath: string | undefined;
  analysis: AnalysisConfig;
  leaseMs: number;
  /** deliveries after which a transient failure becomes FAILED */
  maxReceives: number;
  /** cost of a second of this function, in US dollars */
  usdPerSecond: number;
};

/** Settings of the ingest function. */
export type IngestConfig = CaptioningConfig & {
  refine: RefinePolicy;
  /** absent without a GPU tier */
  inferenceQueueUrl?: string;
  tombstoneDays: number;
  /** objects below it are the service's own; '' when there are none */
  outputPrefix: string;
  /** names of the packs that new pictures are judged by, and the file that holds them, beside the bundle or absolute */
  rulePacks: readonly string[];
  rulePacksFile: string;
};

/** Limits of pictures and of inference, and the analysis, which the caption command has too. */
export type PictureSettings = {
  limits: Readonly<PictureLimits>;
  inferenceTimeoutMs: number;
  nodePath: string | undefined;
  analysis: AnalysisConfig;
};

const ingestSettings = {
  ...captioningSettings,
  REFINE: oneOf(REFINE_POLICIES, 'set the context refine to one of them'),
  INFERENCE_QUEUE_URL: optional(queueUrl),
  TOMBSTONE_DAYS: tombstoneDays,
  OUTPUT_PREFIX: withDefault(text('a key prefix that ends with /', fromStack('OUTPUT_PREFIX')), ''),
  RULE_PACKS: withDefault(rulePackNames, ''),
  RULE_PACKS_FILE: rulePacksFile,
};

/** @throws ConfigError */
export const ingestConfig = (env: Environment, pictures: PictureSettings): Readonly<IngestConfig> => {
  const set = readSettings(ingestSettings, env);
  if (set.REFINE !== 'none' && set.INFERENCE_QUEUE_URL === undefined) {
    throw new ConfigError(
      `INFERENCE_QUEUE_URL: expected an address because REFINE is "${set.REFINE}" but received nothing; set REFINE to none`,
    );
  }
  return Object.freeze({
    ...captioningOf(set, pictures),
    refine: set.REFINE,
    ...(set.INFERENCE_QUEUE_URL === undefined ? {} : { inferenceQueueUrl: set.INFERENCE_QUEUE_URL }),
    tombstoneDays: set.TOMBSTONE_DAYS,
    outputPrefix: set.OUTPUT_PREFIX,
    rulePacks: packNamesIn(set.RULE_PACKS),
    rulePacksFile: set.RULE_PACKS_FILE,
  });
};

/** What the settings that both captioning functions have come to. */
export const captioningOf = (
  set: SettingsOf<typeof captioningSettings>,
  { limits, inferenceTimeoutMs, nodePath, analysis }: PictureSettings,
): CaptioningConfig => ({
  region: set.AWS_REGION,
  tableName: set.TABLE_NAME,
  eventBusName: set.EVENT_BUS_NAME,
  modelsFolder: set.MODELS_DIR,
  model: set.MODEL,
  limits,
  inferenceTimeoutMs,
  nodePath,
  analysis,
  leaseMs: set.LEASE_SECONDS * MS_PER_S,
  maxReceives: set.MAX_RECEIVES,
  usdPerSecond: set.USD_PER_SECOND,
});
