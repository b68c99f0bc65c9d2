// generation_config.json -> the search of a manifest, so that it finds what transformers' generate() finds with those settings.
import * as z from 'zod';
import type { ManifestInput } from '../captioner/manifest.ts';
import { HubError } from './hub-error.ts';
import { checked } from './read-json.ts';

/** GenerationConfig().max_length: where it stands, generate() counts new tokens only. */
const DEFAULT_MAX_LENGTH = 20;
const MAX_NEW_TOKENS = 1024;

const id = z.int().min(0).nullish();
const off = (values: readonly unknown[]) =>
  z
    .unknown()
    .refine((value) => value === undefined || value === null || values.includes(value), 'is not supported')
    .optional();

const schema = z.looseObject({
  max_length: z.int().min(1).nullish(),
  max_new_tokens: z.int().min(1).nullish(),
  min_length: z.int().min(0).nullish(),
  min_new_tokens: z.int().min(0).nullish(),
  num_beams: z.int().min(1).max(16).nullish(),
  early_stopping: z.union([z.boolean(), z.literal('never')]).nullish(),
  length_penalty: z.number().nullish(),
  no_repeat_ngram_size: z.int().min(0).nullish(),
  repetition_penalty: z.number().positive().nullish(),
  bos_token_id: id,
  pad_token_id: id,
  eos_token_id: z.union([z.int().min(0), z.array(z.int().min(0)).length(1, 'has to be one token')]).nullish(),
  decoder_start_token_id: id,
  forced_bos_token_id: id,
  forced_eos_token_id: z.union([z.int().min(0), z.array(z.int().min(0)).length(1, 'has to be one token')]).nullish(),
  suppress_tokens: z.array(z.int().min(0)).nullish(),
  do_sample: off([false]),
  num_beam_groups: off([1]),
  diversity_penalty: off([0]),
  bad_words_ids: off([]),
  begin_suppress_tokens: off([]),
  sequence_bias: off([]),
  encoder_repetition_penalty: off([1]),
  encoder_no_repeat_ngram_size: off([0]),
  exponential_decay_length_penalty: off([]),
  renormalize_logits: off([false]),
  guidance_scale: off([1]),
  penalty_alpha: off([0]),
  constraints: off([]),
  force_words_ids: off([]),
  stop_strings: off([]),
  watermarking_config: off([]),
});

/** Settings as generation_config.json has them. */
export type Generation = z.output<typeof schema>;
type Search = ManifestInput['search'];

/** The settings in a file. @throws HubError when generate() would do what the runtime cannot */
export const readGeneration = (config: unknown, path: string): Generation => {
  const settings = checked(config, path, schema);
  if ((settings.num_beams ?? 1) === 1 && (settings.repetition_penalty ?? 1) !== 1)
    throw new HubError(
      `Expected ${path} to have num_beams of 2 or more where repetition_penalty is not 1; greedy search knows no logits here`,
    );
  return settings;
};

/** What of `names` a model's configuration holds: how transformers makes generation settings where there is no generation_config.json. */
export const generationOf = (...configs: readonly unknown[]): Record<string, unknown> => {
  const found: Record<string, unknown> = {};
  for (const config of configs)
    for (const name of Object.keys(schema.shape)) {
      const value = typeof config === 'object' && config !== null ? new Map(Object.entries(config)).get(name) : undefined;
      if (value !== undefined && value !== null) found[name] ??= value;
    }
  return found;
};

/** The one end token. */
export const endOf = ({ eos_token_id: end }: Generation): number => {
  const only = Array.isArray(end) ? end[0] : end;
  if (only === undefined || only === null)
    throw new HubError('Expected the generation settings to have an eos_token_id but they have none');
  return only;
};

/** How long the start is, and what bounds the length where the settings do not. */
type Lengths = { readonly start: number; readonly positions?: number | undefined; readonly otherwise?: number };

const maxTokens = (settings: Generation, { start, positions, otherwise }: Lengths): number => {
  if (settings.max_new_tokens) return settings.max_new_tokens;
  const length = settings.max_length ?? DEFAULT_MAX_LENGTH;
  if (length !== DEFAULT_MAX_LENGTH) return length - start;
  return otherwise ?? Math.min(length + start, positions ?? Number.POSITIVE_INFINITY) - start;
};

const optional = <K extends string>(name: K, value: number | readonly number[] | null | undefined): { [key in K]?: number } => {
  const only = typeof value === 'object' ? value?.[0] : value;
  const entry: { [key in K]?: number } = {};
  if (only !== undefined && only !== null) entry[name] = only;
  return entry;
};

/** The search part of a manifest. */
export const searchSettings = (settings: Generation, lengths: Lengths): Extract<Search, { kind: 'generate' }> => ({
  kind: 'generate',
  beamSize: settings.num_beams ?? 1,
  maxTokens: Math.min(Math.max(1, maxTokens(settings, lengths)), MAX_NEW_TOKENS),
  minTokens: Math.max(0, settings.min_new_tokens ?? 0, (settings.min_length ?? 0) - lengths.start),
  lengthPenalty: settings.length_penalty ?? 1,
  earlyStopping: settings.early_stopping ?? false,
  noRepeatNgram: settings.no_repeat_ngram_size ?? 0,
  repetitionPenalty: settings.repetition_penalty ?? 1,
  ...optional('forcedFirst', settings.forced_bos_token_id),
  ...optional('forcedLast', settings.forced_eos_token_id),
  banned: [...(settings.suppress_tokens ?? [])],
});
