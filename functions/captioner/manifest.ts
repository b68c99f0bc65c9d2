// manifest.json of a model package, schema version 1. It names everything the runtime needs, so that no code asks which model runs.
import * as z from 'zod';
import { FEATURES } from './confidence.ts';

const tokenId = z.int().min(0);
const probability = z.number().min(0).max(1);
const names = z.array(z.string().min(1)).min(1);

/** A file inside the package folder: a plain name, so that nothing outside can be reached. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain file name inside the package');

const image = z.object({
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  fit: z.enum(['fill', 'cover']),
  kernel: z.enum(['linear', 'cubic', 'lanczos3']),
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
  layout: z.literal('nchw'),
});

/** `rows` is the number of hypotheses, `time` the number of steps so far. */
const state = z.object({
  input: z.string().min(1),
  output: z.string().min(1),
  shape: z
    .array(z.union([z.literal('rows'), z.literal('time'), z.int().min(1)]))
    .refine((shape) => shape[0] === 'rows', 'must begin with "rows"'),
});

const decoder = z.object({
  file: fileName,
  tokens: z.string().min(1),
  parents: z.string().min(1),
  memory: names,
  states: z.array(state),
  topLogProbs: z.string().min(1),
  topTokens: z.string().min(1),
  topK: z.int().min(1),
});

const tokens = z.object({
  pad: tokenId,
  end: tokenId,
  unknown: tokenId,
  starts: z.record(z.string(), tokenId),
  defaultStyle: z.string(),
});

const search = z.object({
  beamSize: z.int().min(1).max(16),
  maxTokens: z.int().min(2).max(128),
  minTokens: z.int().min(0),
  lengthPenalty: z.number().min(0),
  unknownAllowed: z.boolean().default(false),
  functionWords: z.array(tokenId).default([]),
  noEndAfter: z.array(tokenId).default([]),
});

const confidence = z
  .object({
    kind: z.literal('logistic'),
    features: z.array(z.enum(FEATURES)),
    weights: z.array(z.number()),
    bias: z.number(),
    abstainBelow: probability,
  })
  .refine(({ features, weights }) => features.length === weights.length, 'needs one weight for each feature');

const generalisation = z.object({
  file: fileName,
  below: probability,
  accept: probability,
  sureAbove: probability.default(0.8),
});

const packageFile = z.object({
  path: fileName,
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
});

/** The schema of manifest.json; what it does not name (licence, metrics, ...) is for people and passes through. */
export const manifestSchema = z
  .looseObject({
    schemaVersion: z.literal(1),
    name: z.string().min(1),
    version: z.string().min(1),
    image,
    encoder: z.object({ file: fileName, input: z.string().min(1), outputs: names }),
    decoder,
    vocabulary: z.object({ file: fileName }),
    tokens,
    search,
    confidence,
    generalisation: generalisation.optional(),
    files: z.array(packageFile).min(1),
  })
  .check(({ value, issues }) => {
    const listed = new Set(value.files.map(({ path }) => path));
    const used = [value.encoder.file, value.decoder.file, value.vocabulary.file, value.generalisation?.file];
    const say = (message: string, path: string[]) => issues.push({ code: 'custom', message, path, input: value });
    for (const file of used) if (file !== undefined && !listed.has(file)) say(`does not list ${file}, which is used`, ['files']);
    if (!(value.tokens.defaultStyle in value.tokens.starts)) say('is not one of the starts', ['tokens', 'defaultStyle']);
    for (const name of value.decoder.memory)
      if (!value.encoder.outputs.includes(name)) say(`${name} is not an output of the encoder`, ['decoder', 'memory']);
  });

/** A checked manifest. */
export type Manifest = z.infer<typeof manifestSchema>;

/** The part of a manifest that says how pixels are prepared. */
export type ImageSpec = Manifest['image'];
