// A hub repository -> one of our model packages. Pure: files come in and go out as bytes.
import * as z from 'zod';
import type { ManifestInput } from '../captioner/manifest.ts';
import { licenceOf, NO_LICENCE } from '../core/models/licence.ts';
import { type Choice, dataFilesOf } from './choice.ts';
import { inlineExternal } from './external-data.ts';
import { HubError } from './hub-error.ts';
import { imageSettings } from './image-settings.ts';
import { blip } from './layouts/blip.ts';
import { florence2 } from './layouts/florence2.ts';
import type { Layout, Settings } from './layouts/layout.ts';
import { visionEncoderDecoder } from './layouts/vision-encoder-decoder.ts';
import { checkGraph } from './onnx/check-graph.ts';
import { opsetOf } from './onnx/fuse.ts';
import { type Model, readModel } from './onnx/model.ts';
import { FLOAT16 } from './onnx/nodes.ts';
import { prune } from './onnx/prune.ts';
import { writeModel } from './onnx/write-model.ts';
import { checked, parseJson } from './read-json.ts';

/** A manifest without its list of files. */
export type ManifestDraft = Omit<ManifestInput, 'files'>;

/** A repository's files. */
export type RepositoryFiles = { readonly list: readonly string[]; read(path: string): Promise<Uint8Array> };

/** A file of the package. */
export type PackageFile = { readonly path: string; readonly bytes: Uint8Array };

/** Candidates of each row: enough that no search setting runs out of them. */
const TOP_K = 128;

/** The edits use operators as they are since this version of ONNX. */
const MIN_OPSET = 11;

const CONFIG = 'config.json';
const GENERATION = 'generation_config.json';
const PREPROCESSOR = 'preprocessor_config.json';
const TOKENIZER = 'tokenizer.json';
const TOKENIZER_CONFIG = 'tokenizer_config.json';
const README = 'README.md';
const REQUIRED = [CONFIG, PREPROCESSOR, TOKENIZER, TOKENIZER_CONFIG];
const OPTIONAL = [GENERATION, README];

const LAYOUTS: readonly Layout[] = [visionEncoderDecoder, blip, florence2];

const layoutOf = (config: unknown): Layout => {
  const { model_type: type } = checked(config, CONFIG, z.looseObject({ model_type: z.string() }));
  const layout = LAYOUTS.find(({ name }) => name === type);
  if (layout !== undefined) return layout;
  throw new HubError(`Expected a model_type of ${LAYOUTS.map(({ name }) => name).join(', ')} in ${CONFIG} but found ${type}`);
};

/**
 * The repository's files that a conversion reads.
 * @param config config.json as parsed
 * @throws HubError when the layout is not known or a file is missing
 */
export const filesNeeded = (config: unknown, listing: readonly string[], choice: Choice): string[] => {
  const layout = layoutOf(config);
  const missing = REQUIRED.find((path) => !listing.includes(path));
  if (missing !== undefined) throw new HubError(`Expected the repository to have ${missing} but it has not`);
  const graphs = layout.graphs(listing, choice);
  return [
    ...REQUIRED,
    ...OPTIONAL.filter((path) => listing.includes(path)),
    ...graphs.flatMap((path) => [path, ...dataFilesOf(path, listing)]),
  ];
};

const readSettings = async (files: RepositoryFiles): Promise<Settings> => {
  const read = async (path: string) => (files.list.includes(path) ? parseJson(await files.read(path), path) : undefined);
  return {
    config: await read(CONFIG),
    generation: await read(GENERATION),
    preprocessor: await read(PREPROCESSOR),
    tokenizer: await read(TOKENIZER),
    tokenizerConfig: await read(TOKENIZER_CONFIG),
  };
};

const readGraph = async (path: string, files: RepositoryFiles): Promise<Model> => {
  const model = readModel(await files.read(path), path);
  if (opsetOf(model) < MIN_OPSET) throw new HubError(`Expected ${path} to use opset ${MIN_OPSET} or later but it uses ${opsetOf(model)}`);
  checkGraph(model, path);
  return await inlineExternal(model, path, files);
};

/** A graph that no exporter writes may break an edit anywhere; that is no reason to end without a line. */
const edited = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof TypeError || thrown instanceof RangeError)) throw thrown;
    throw new HubError(
      `Expected graphs as an exporter writes them but they cannot be edited: ${thrown.message}; export them again`,
      thrown,
    );
  }
};

const onlyOutputs = (model: Model): Model => ({
  ...model,
  graph: prune(
    model.graph,
    (model.graph.output ?? []).map(({ name }) => name),
  ),
});

/**
 * Converts a repository.
 * @returns file after file, and at the end the manifest, which still lacks the list of files
 * @throws HubError when something is not supported
 */
export async function* convertRepository(
  { repository, revision }: { readonly repository: string; readonly revision: string },
  files: RepositoryFiles,
  choice: Choice,
): AsyncGenerator<PackageFile, ManifestDraft> {
  const settings = await readSettings(files);
  const layout = layoutOf(settings.config);
  const needed = filesNeeded(settings.config, files.list, choice);
  const image = imageSettings(settings.preprocessor, PREPROCESSOR);
  const { vocabularySize, ...described } = layout.describe(settings);
  const topK = Math.min(TOP_K, vocabularySize);
  const licence = needed.includes(README) ? licenceOf(new TextDecoder().decode(await files.read(README))) : NO_LICENCE;
  const { stages, step, memory, memoryRows, states } = await edited(() =>
    layout.build(files.list, choice, (path) => readGraph(path, files), topK),
  );
  for (const { file, model } of stages) yield { path: file, bytes: writeModel(onlyOutputs(model), file) };
  yield { path: 'decoder.onnx', bytes: writeModel(step, 'decoder.onnx') };
  for (const path of [TOKENIZER, TOKENIZER_CONFIG]) yield { path, bytes: await files.read(path) };
  return {
    schemaVersion: 1,
    name: repository.split('/').at(-1)?.toLowerCase() ?? repository,
    version: revision,
    image,
    encoder: {
      stages: stages.map(({ file, model, inputs }) => ({
        file,
        inputs: { ...inputs },
        outputs: (model.graph.output ?? []).map(({ name }) => name),
      })),
    },
    decoder: {
      file: 'decoder.onnx',
      tokens: 'tokens',
      parents: 'parents',
      memory: [...memory],
      memoryRows,
      states: states.map(({ input, output, heads, width, elemType }) => ({
        input,
        output,
        shape: ['rows', heads, 'time', width],
        type: elemType === FLOAT16 ? 'float16' : 'float32',
      })),
      topLogProbs: 'top_log_probs',
      topTokens: 'top_tokens',
      topK,
    },
    tokenizer: { file: TOKENIZER, config: TOKENIZER_CONFIG },
    ...described,
    confidence: { kind: 'meanProbability', abstainBelow: 0 },
    source: { repository, revision, layout: layout.name, dtype: choice.dtype, licence },
  };
}
