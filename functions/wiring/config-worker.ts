// The settings of the inference container. The template gives them all; a package that is to be fetched has its own.
import * as z from 'zod';
import { ConfigError } from '../core/errors.ts';
import { type CaptioningConfig, captioningOf, captioningSettings, type PictureSettings, queueUrl } from './config-services.ts';
import { type Environment, oneOf, optional, readSettings, type Setting, whole } from './config-settings.ts';

const MOST_VISIBILITY_S = 43_200;
const MOST_BATCH = 512;
const MOST_LINGER_MS = 20_000;
const MOST_PORT = 65_535;

/** Settings of the worker. */
export type WorkerConfig = CaptioningConfig & {
  inferenceQueueUrl: string;
  provider: 'cpu' | 'cuda';
  batchMax: number;
  lingerMs: number;
  visibilityS: number;
  /** 0: any free port */
  healthPort: number;
  /** SHA-256 of the package's manifest; undefined: any package of that name */
  modelDigest?: string;
  /** where the package is fetched from into `modelsFolder`; undefined: it is there */
  modelPlace?: { bucket: string; prefix: string };
};

const modelDigest: Setting<string> = {
  schema: z.string().regex(/^[0-9a-f]{64}$/),
  expected: 'the SHA-256 of a manifest.json as 64 lower-case hex digits',
  fix: 'set it to the output of: sha256sum manifest.json',
};

const modelUri: Setting<{ bucket: string; prefix: string }> = {
  schema: z
    .string()
    .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]+\/[^\s]*[^\s/]$/)
    .transform((uri) => {
      const [, , bucket = '', ...prefix] = uri.split('/');
      return { bucket, prefix: prefix.join('/') };
    }),
  expected: 's3://, a bucket and a prefix without a slash at its end',
  fix: 'set it to such as s3://my-models/large',
};

/** The folder of what is fetched: whatever is there is replaced. */
const FETCHED_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

const workerSettings = {
  ...captioningSettings,
  INFERENCE_QUEUE_URL: queueUrl,
  PROVIDER: oneOf(['cpu', 'cuda'], 'set cuda on a machine with an NVIDIA GPU, else cpu'),
  BATCH_MAX: whole(1, MOST_BATCH, 'set the most pictures of one batch, such as 16'),
  LINGER_MS: whole(0, MOST_LINGER_MS, 'set how long a batch waits for more pictures, such as 200'),
  VISIBILITY_SECONDS: whole(2, MOST_VISIBILITY_S, "set it to the queue's visibility timeout, such as 120"),
  HEALTH_PORT: whole(0, MOST_PORT, 'set a free port such as 8080, or 0 for any'),
  MODEL_DIGEST: optional(modelDigest),
  MODEL_URI: optional(modelUri),
};

/** @throws ConfigError */
export const workerConfig = (env: Environment, pictures: PictureSettings): Readonly<WorkerConfig> => {
  const set = readSettings(workerSettings, env);
  if (set.MODEL_URI !== undefined && set.MODEL_DIGEST === undefined) {
    throw new ConfigError(
      `MODEL_DIGEST: expected ${modelDigest.expected} because MODEL_URI is set but received nothing; ${modelDigest.fix}`,
    );
  }
  if (set.MODEL_URI !== undefined && !FETCHED_NAME.test(set.MODEL)) {
    throw new ConfigError(
      `MODEL: expected a plain folder name because MODEL_URI is set but received ${JSON.stringify(set.MODEL)}; set it to the last part of MODEL_URI, such as large`,
    );
  }
  return Object.freeze({
    ...captioningOf(set, pictures),
    ...(set.MODEL_DIGEST !== undefined && { modelDigest: set.MODEL_DIGEST }),
    ...(set.MODEL_URI !== undefined && { modelPlace: set.MODEL_URI }),
    inferenceQueueUrl: set.INFERENCE_QUEUE_URL,
    provider: set.PROVIDER,
    batchMax: set.BATCH_MAX,
    lingerMs: set.LINGER_MS,
    visibilityS: set.VISIBILITY_SECONDS,
    healthPort: set.HEALTH_PORT,
  });
};
