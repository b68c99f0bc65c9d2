// The parts of manifest.json that have a short and a general form. Code sees the general form only.
import * as z from 'zod';

const tokenId = z.int().min(0);

/** Names of a graph's inputs or outputs; at least one. */
export const names = z.array(z.string().min(1)).min(1);

/** A file inside the package folder: a plain name, so that nothing outside can be reached. */
export const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain file name inside the package');

/** What a stage of the encoder may take besides outputs of earlier stages. */
export const SOURCES = ['image', 'prompt', 'promptMask'] as const;

/** One graph of the encoder: where each input comes from (a source or an output of an earlier stage), and what it gives. */
const stage = z.object({ file: fileName, inputs: z.record(z.string().min(1), z.string().min(1)), outputs: names });

/** The grid features that the stages of the analysis share: an output [pictures, cells, channels], and a name that is equal for equal features. */
const features = z.object({ output: z.string().min(1), name: z.string().min(1) });

const stages = z.object({ stages: z.array(stage).min(1), features: features.optional() });

/** The encoder as stages that run in this order; the short form is one stage that takes the image. */
export const encoder = z.union([
  stages,
  z.object({ file: fileName, input: z.string().min(1), outputs: names, features: features.optional() }).transform(
    ({ file, input, outputs, features: given }): z.output<typeof stages> => ({
      stages: [{ file, inputs: { [input]: 'image' }, outputs: given === undefined ? outputs : [...outputs, given.output] }],
      ...(given === undefined ? {} : { features: given }),
    }),
  ),
]);

/** How the tokens of an answer are read: as a sentence, as text as it stands, or as things with their boxes. */
export const OUTPUTS = ['sentence', 'text', 'regions'] as const;

const style = z.object({
  /** tokens that are fed before the first word, one by one */
  start: z.array(tokenId).min(1).max(64),
  /** tokens that an encoder with a text input takes */
  prompt: z.array(tokenId).max(512).default([]),
  output: z.enum(OUTPUTS).default('sentence'),
});

const styledTokens = z.object({
  pad: tokenId,
  end: tokenId,
  unknown: tokenId.optional(),
  styles: z.record(z.string(), style),
  defaultStyle: z.string(),
});

/** Special tokens and styles; the short form has one start token for each style. */
export const tokens = z.union([
  styledTokens,
  z.object({ pad: tokenId, end: tokenId, unknown: tokenId, starts: z.record(z.string(), tokenId), defaultStyle: z.string() }).transform(
    ({ starts, ...rest }): z.output<typeof styledTokens> => ({
      ...rest,
      styles: Object.fromEntries(Object.entries(starts).map(([name, start]) => [name, { start: [start], prompt: [], output: 'sentence' }])),
    }),
  ),
]);

const captionSearch = z.object({
  kind: z.literal('caption').optional().default('caption'),
  beamSize: z.int().min(1).max(16),
  maxTokens: z.int().min(2).max(128),
  minTokens: z.int().min(0),
  lengthPenalty: z.number().min(0),
  unknownAllowed: z.boolean().default(false),
  functionWords: z.array(tokenId).default([]),
  noEndAfter: z.array(tokenId).default([]),
});

/** What transformers' generate() is told; the names there are in brackets. */
const generateSearch = z.object({
  kind: z.literal('generate'),
  /** num_beams; 1 is greedy */
  beamSize: z.int().min(1).max(16),
  /** max_new_tokens */
  maxTokens: z.int().min(1).max(1024),
  /** min_new_tokens: new tokens before the end may come */
  minTokens: z.int().min(0).default(0),
  /** length_penalty */
  lengthPenalty: z.number().default(1),
  /** early_stopping */
  earlyStopping: z.union([z.boolean(), z.literal('never')]).default(false),
  /** no_repeat_ngram_size; 0 is off */
  noRepeatNgram: z.int().min(0).default(0),
  /** repetition_penalty; 1 is off */
  repetitionPenalty: z.number().positive().default(1),
  /** forced_bos_token_id */
  forcedFirst: tokenId.optional(),
  /** forced_eos_token_id */
  forcedLast: tokenId.optional(),
  /** suppress_tokens */
  banned: z.array(tokenId).default([]),
});

/** How sentences are searched for: by the rules of this project's own models, or as transformers' generate() does it. */
export const search = z.discriminatedUnion('kind', [captionSearch, generateSearch]);

/** Settings of the search of kind `caption`. */
export type CaptionSearch = z.output<typeof captionSearch>;

/** Settings of the search of kind `generate`. */
export type GenerateSearch = z.output<typeof generateSearch>;

/** One style of a package. */
export type Style = z.output<typeof style>;
