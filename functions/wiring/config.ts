// The only reader of process.env: once, checked, frozen. What is not set has the defaults of DEFAULT_LIMITS and below.
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DEFAULT_LIMITS, type PictureLimits } from '../core/picture-limits.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** Longest time for one batch in the model, in ms: a batch of 16 takes about a second. */
const DEFAULT_INFERENCE_TIMEOUT_MS = 60_000;

const whole = z.coerce.number().int().min(1);

const environment = z.object({
  /** folder that holds the model packages */
  MODELS_DIR: z.string().default(`${REPOSITORY}models`),
  /** default package */
  MODEL: z.string().default('m2'),
  PROVIDER: z.enum(['cpu', 'cuda']).default('cpu'),
  MAX_PICTURE_BYTES: whole.default(DEFAULT_LIMITS.maxBytes),
  MAX_PICTURE_PIXELS: whole.default(DEFAULT_LIMITS.maxPixels),
  MAX_PICTURE_SIDE_PX: whole.default(DEFAULT_LIMITS.maxSidePx),
  DECODE_TIMEOUT_MS: whole.default(DEFAULT_LIMITS.decodeTimeoutMs),
  INFERENCE_TIMEOUT_MS: whole.default(DEFAULT_INFERENCE_TIMEOUT_MS),
  /** where npm was called from; paths on the command line are relative to it */
  INIT_CWD: z.string().optional(),
});

/** All settings. */
export type Config = {
  modelsFolder: string;
  model: string;
  provider: 'cpu' | 'cuda';
  limits: PictureLimits;
  inferenceTimeoutMs: number;
  workingFolder: string;
};

/** @throws ZodError naming the variable that is not as expected */
export const readConfig = (env: Record<string, string | undefined>): Readonly<Config> => {
  const settings = environment.parse(env);
  return Object.freeze({
    modelsFolder: settings.MODELS_DIR,
    model: settings.MODEL,
    provider: settings.PROVIDER,
    limits: Object.freeze({
      maxBytes: settings.MAX_PICTURE_BYTES,
      maxPixels: settings.MAX_PICTURE_PIXELS,
      maxSidePx: settings.MAX_PICTURE_SIDE_PX,
      decodeTimeoutMs: settings.DECODE_TIMEOUT_MS,
    }),
    inferenceTimeoutMs: settings.INFERENCE_TIMEOUT_MS,
    workingFolder: settings.INIT_CWD ?? process.cwd(),
  });
};

/** The settings of this process. */
export const config: Readonly<Config> = readConfig(process.env);
