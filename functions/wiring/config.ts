// The only reader of process.env: once, checked, frozen. What is not set has the defaults of DEFAULT_LIMITS and below.
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../core/errors.ts';
import { DEFAULT_LIMITS, type PictureLimits } from '../core/picture/picture-limits.ts';
import { type AnalysisConfig, readAnalysis } from './config-analysis.ts';
import { type LookupConfig, lookupConfig } from './config-lookup.ts';
import { type IngestConfig, ingestConfig, type PictureSettings } from './config-services.ts';
import { address, type Environment, oneOf, optional, readSettings, text, whole, withDefault } from './config-settings.ts';
import { type WorkerConfig, workerConfig } from './config-worker.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Longest time for one batch in the model, in ms: a batch of 16 takes about a second. */
const DEFAULT_INFERENCE_TIMEOUT_MS = 60_000;

/** Timers of Node take no more. */
const MOST_MS = 2 ** 31 - 1;
const MOST = Number.MAX_SAFE_INTEGER;

const pictureSettings = {
  MAX_PICTURE_BYTES: withDefault(whole(1, MOST, ''), DEFAULT_LIMITS.maxBytes),
  MAX_PICTURE_PIXELS: withDefault(whole(1, MOST, ''), DEFAULT_LIMITS.maxPixels),
  MAX_PICTURE_SIDE_PX: withDefault(whole(1, MOST, ''), DEFAULT_LIMITS.maxSidePx),
  DECODE_TIMEOUT_MS: withDefault(whole(1, MOST_MS, ''), DEFAULT_LIMITS.decodeTimeoutMs),
  INFERENCE_TIMEOUT_MS: withDefault(whole(1, MOST_MS, ''), DEFAULT_INFERENCE_TIMEOUT_MS),
  /** Lambda's, which a bundle finds native packages by; decoder processes get it and nothing else */
  NODE_PATH: optional(text('folders of packages', 'leave it out')),
};

const commandSettings = {
  /** folder that holds the model packages */
  MODELS_DIR: withDefault(text('a folder', ''), `${REPOSITORY}models`),
  /** default package */
  MODEL: withDefault(text('the name of a package', ''), 'm2'),
  PROVIDER: withDefault<'cpu' | 'cuda'>(oneOf(['cpu', 'cuda'], ''), 'cpu'),
  /** where npm was called from; paths on the command line are relative to it */
  INIT_CWD: optional(text('a folder', 'leave it out')),
};

/** All settings of the caption command. */
export type Config = {
  modelsFolder: string;
  model: string;
  /** holds the rule packs that have names */
  rulesFolder: string;
  provider: 'cpu' | 'cuda';
  limits: PictureLimits;
  inferenceTimeoutMs: number;
  nodePath: string | undefined;
  /** what is analysed when the command line asks for it */
  analysis: AnalysisConfig;
  workingFolder: string;
};

const readPictureSettings = (env: Environment): PictureSettings => {
  const set = readSettings(pictureSettings, env);
  return {
    limits: Object.freeze({
      maxBytes: set.MAX_PICTURE_BYTES,
      maxPixels: set.MAX_PICTURE_PIXELS,
      maxSidePx: set.MAX_PICTURE_SIDE_PX,
      decodeTimeoutMs: set.DECODE_TIMEOUT_MS,
    }),
    inferenceTimeoutMs: set.INFERENCE_TIMEOUT_MS,
    nodePath: set.NODE_PATH,
    analysis: readAnalysis(env, readSettings({ MODELS_DIR: commandSettings.MODELS_DIR }, env).MODELS_DIR),
  };
};

/**
 * Settings of the caption command.
 * @throws ConfigError naming each variable that is not as expected
 */
export const readConfig = (env: Environment = process.env): Readonly<Config> => {
  const set = readSettings(commandSettings, env);
  return Object.freeze({
    modelsFolder: set.MODELS_DIR,
    model: set.MODEL,
    rulesFolder: `${REPOSITORY}rules`,
    provider: set.PROVIDER,
    ...readPictureSettings(env),
    workingFolder: set.INIT_CWD ?? process.cwd(),
  });
};

/** Settings of the operator's command. */
export type OperatorConfig = { workingFolder: string; dataFolder: string };

/**
 * Settings of the operator's command: where it was called from, and where the service on this machine keeps its data.
 * @throws ConfigError
 */
export const readOperatorConfig = (env: Environment = process.env): Readonly<OperatorConfig> => {
  const set = readSettings({ INIT_CWD: commandSettings.INIT_CWD }, env);
  return Object.freeze({ workingFolder: set.INIT_CWD ?? process.cwd(), dataFolder: `${REPOSITORY}.local/service` });
};

const MODEL_ENDPOINT = 'https://huggingface.co';
const DEFAULT_STALL_S = 30;
const MOST_STALL_S = 3600;
const MS_PER_S = 1000;

/** It may hold a password. */
const proxy = { ...address('leave it out to ask without a proxy'), secret: true };

const modelsSettings = {
  MODELS_DIR: commandSettings.MODELS_DIR,
  INIT_CWD: commandSettings.INIT_CWD,
  HF_ENDPOINT: withDefault(address(''), MODEL_ENDPOINT),
  HF_TOKEN: { ...optional(text('a token', 'leave it out for what everyone may read')), secret: true },
  HF_HUB_DOWNLOAD_TIMEOUT: withDefault(whole(1, MOST_STALL_S, ''), DEFAULT_STALL_S),
  HTTP_PROXY: optional(proxy),
  HTTPS_PROXY: optional(proxy),
  NO_PROXY: optional(text('hosts, with commas between them', 'leave it out')),
  http_proxy: optional(proxy),
  https_proxy: optional(proxy),
  no_proxy: optional(text('hosts, with commas between them', 'leave it out')),
};

/** Settings of the models command. */
export type ModelsConfig = {
  workingFolder: string;
  modelsFolder: string;
  /** files that are being loaded */
  loadFolder: string;
  contextFile: string;
  hub: { endpoint: string; token: string | undefined; proxies: Readonly<Record<string, string>>; stallMs: number };
  caption: Pick<Config, 'limits' | 'inferenceTimeoutMs' | 'nodePath'>;
};

/**
 * Settings of the models command: the hub and the way to it, by the variables that the hub's own tools heed.
 * @throws ConfigError naming each variable that is not as expected
 */
export const readModelsConfig = (env: Environment = process.env): Readonly<ModelsConfig> => {
  const set = readSettings(modelsSettings, env);
  const { limits, inferenceTimeoutMs, nodePath } = readPictureSettings(env);
  const proxies = {
    HTTP_PROXY: set.http_proxy ?? set.HTTP_PROXY,
    HTTPS_PROXY: set.https_proxy ?? set.HTTPS_PROXY,
    NO_PROXY: set.no_proxy ?? set.NO_PROXY,
  };
  return Object.freeze({
    workingFolder: set.INIT_CWD ?? process.cwd(),
    modelsFolder: set.MODELS_DIR,
    loadFolder: `${REPOSITORY}.local/hub`,
    contextFile: `${REPOSITORY}cdk.json`,
    hub: {
      endpoint: set.HF_ENDPOINT.replace(/\/+$/, ''),
      token: set.HF_TOKEN,
      proxies: Object.fromEntries(Object.entries(proxies).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      stallMs: set.HF_HUB_DOWNLOAD_TIMEOUT * MS_PER_S,
    },
    caption: { limits, inferenceTimeoutMs, nodePath },
  });
};

/**
 * Settings of the ingest function.
 * @throws ConfigError naming each variable that is missing or not as expected
 */
export const readIngestConfig = (env: Environment = process.env): Readonly<IngestConfig> => ingestConfig(env, readPictureSettings(env));

/**
 * Settings of the worker.
 * @throws ConfigError naming each variable that is missing or not as expected
 */
export const readWorkerConfig = (env: Environment = process.env): Readonly<WorkerConfig> => workerConfig(env, readPictureSettings(env));

/**
 * Settings of the lookup function.
 * @throws ConfigError naming each variable that is missing or not as expected
 */
export const readLookupConfig = (env: Environment = process.env): Readonly<LookupConfig> => lookupConfig(env);

/** What `read` gives; when a setting is wrong, the process prints a line for each and ends with 1. For commands, not for Lambda. */
export const settingsOrExit = <T>(read: () => T): T => {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    process.exit(1);
  }
};
