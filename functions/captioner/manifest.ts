// manifest.json of a model package, schema version 1. It names everything the runtime needs, so that no code asks which model runs.
import * as z from 'zod';
import { FEATURES } from './confidence.ts';
import { encoder, fileName, type GenerateSearch, names, SOURCES, search, tokens } from './manifest-forms.ts';
import { packageFile } from './package-files.ts';

const probability = z.number().min(0).max(1);

/** `pillow-*` are Pillow's own filters to the last bit; the others are libvips's. */
export const KERNELS = ['linear', 'cubic', 'lanczos3', 'pillow-bilinear', 'pillow-bicubic', 'pillow-lanczos'] as const;

const image = z.object({
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  fit: z.enum(['fill', 'cover']),
  kernel: z.enum(KERNELS),
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
  type: z.enum(['float32', 'float16']).default('float32'),
});

const decoder = z.object({
  file: fileName,
  tokens: z.string().min(1),
  parents: z.string().min(1),
  memory: names,
  /** 'pictures': one row of memory for each picture; 'rows': one for each hypothesis */
  memoryRows: z.enum(['pictures', 'rows']).default('pictures'),
  states: z.array(state),
  topLogProbs: z.string().min(1),
  topTokens: z.string().min(1),
  topK: z.int().min(1),
});

const confidence = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('logistic'),
      features: z.array(z.enum(FEATURES)),
      weights: z.array(z.number()),
      bias: z.number(),
      abstainBelow: probability,
    })
    .refine(({ features, weights }) => features.length === weights.length, 'needs one weight for each feature'),
  /** exp(mean log probability of the tokens): comparable within one model, but not calibrated */
  z.object({ kind: z.literal('meanProbability'), abstainBelow: probability }),
]);

const generalisation = z.object({
  file: fileName,
  below: probability,
  accept: probability,
  sureAbove: probability.default(0.8),
});

const tokenizer = z.object({ file: fileName, config: fileName });

const manifestFields = z.looseObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  version: z.string().min(1),
  image,
  encoder,
  decoder,
  /** an array of words by token id ... */
  vocabulary: z.object({ file: fileName }).optional(),
  /** ... or the files of a sub-word tokenizer */
  tokenizer: tokenizer.optional(),
  tokens,
  search,
  confidence,
  generalisation: generalisation.optional(),
  files: z.array(packageFile).min(1),
});

type Fields = z.output<typeof manifestFields>;

/** Every file that the runtime opens. */
const filesUsed = ({ encoder, decoder, vocabulary, tokenizer, generalisation }: Fields): string[] =>
  [
    ...encoder.stages.map(({ file }) => file),
    decoder.file,
    vocabulary?.file,
    tokenizer?.file,
    tokenizer?.config,
    generalisation?.file,
  ].filter((file) => file !== undefined);

/** What is wrong with the wiring of the stages, as lines. */
const wiringProblems = ({ encoder, decoder }: Fields): string[] => {
  const known = new Set<string>(SOURCES);
  const problems: string[] = [];
  for (const { inputs, outputs } of encoder.stages) {
    for (const source of Object.values(inputs)) if (!known.has(source)) problems.push(`takes ${source}, which no earlier stage gives`);
    for (const output of outputs) {
      if (known.has(output)) problems.push(`gives ${output} twice`);
      known.add(output);
    }
  }
  const given = new Set(encoder.stages.flatMap(({ outputs }) => outputs));
  for (const name of decoder.memory) if (!given.has(name)) problems.push(`does not give ${name}, which the decoder takes`);
  return problems;
};

const forcesBanned = ({ banned, forcedFirst = -1, forcedLast = -1 }: GenerateSearch): boolean =>
  banned.includes(forcedFirst) || banned.includes(forcedLast);

/** generate() without beams divides logits, which log probabilities do not tell. */
const needsLogits = ({ beamSize, repetitionPenalty }: GenerateSearch): boolean => beamSize === 1 && repetitionPenalty !== 1;

/** The schema of manifest.json; what it does not name (licence, metrics, ...) is for people and passes through. */
export const manifestSchema = manifestFields.check(({ value, issues }) => {
  const listed = new Set(value.files.map(({ path }) => path));
  const say = (message: string, path: string[]) => issues.push({ code: 'custom', message, path, input: value });
  for (const file of filesUsed(value)) if (!listed.has(file)) say(`does not list ${file}, which is used`, ['files']);
  if (!Object.hasOwn(value.tokens.styles, value.tokens.defaultStyle)) say('is not one of the styles', ['tokens', 'defaultStyle']);
  for (const problem of wiringProblems(value)) say(problem, ['encoder']);
  if ((value.vocabulary === undefined) === (value.tokenizer === undefined))
    say('has to be there, or tokenizer, but not both', ['vocabulary']);
  if (value.search.kind === 'generate' && forcesBanned(value.search)) say('bans a token that it forces', ['search', 'banned']);
  if (value.search.kind === 'generate' && needsLogits(value.search)) say('needs at least 2 beams', ['search', 'repetitionPenalty']);
  if (value.generalisation !== undefined && value.vocabulary === undefined) say('needs a vocabulary', ['generalisation']);
});

/** A checked manifest, in the general form. */
export type Manifest = z.output<typeof manifestSchema>;

/** A manifest as a file may have it. */
export type ManifestInput = z.input<typeof manifestSchema>;

/** The part of a manifest that says how pixels are prepared. */
export type ImageSpec = Manifest['image'];
