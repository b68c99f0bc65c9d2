// Opens a model package: its checked files as graphs, words and a way from tokens to text.
import * as z from 'zod';
import { type Nouns, nounsFrom, nounsSchema } from './generalise.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { checkFiles, type GraphSource, MANIFEST, type PackageReader, parseFile, refuse } from './package-files.ts';
import { type Detokenizer, type Vocabulary, vocabularySchema, vocabularyWords } from './vocabulary.ts';

/** Makes a detokenizer of the JSON in tokenizer.json and tokenizer_config.json. */
export type DetokenizerFrom = (tokenizer: unknown, config: unknown) => Detokenizer;

/** A package whose every byte was checked. */
export type ModelPackage = {
  manifest: Manifest;
  detokenizer: Detokenizer;
  /** of packages with one word a token */
  vocabulary: Vocabulary | undefined;
  nouns: Nouns | undefined;
  /** one graph for each stage */
  encoder: GraphSource[];
  decoder: GraphSource;
};

/** What is needed of a package once its graphs are loaded: their bytes need not stay in memory. */
export type PackageWords = Omit<ModelPackage, 'encoder' | 'decoder'>;

/** Tokens that the manifest names. */
const namedTokens = ({ tokens, search }: Manifest): number[] => {
  const styles = Object.values(tokens.styles).flatMap(({ start, prompt }) => [...start, ...prompt]);
  const ruled =
    search.kind === 'caption'
      ? [...search.functionWords, ...search.noEndAfter]
      : [...search.banned, search.forcedFirst ?? tokens.end, search.forcedLast ?? tokens.end];
  return [tokens.pad, tokens.end, tokens.unknown ?? tokens.end, ...styles, ...ruled];
};

const checkVocabulary = (reader: PackageReader, manifest: Manifest, vocabulary: Vocabulary): void => {
  const outside = namedTokens(manifest).find((token) => token >= vocabulary.length);
  if (outside !== undefined) throw refuse(reader, MANIFEST, `names token ${outside}, but the vocabulary has ${vocabulary.length} words`);
};

/** JSON of a tokenizer has hundreds of thousands of values: what JSON.parse gave is not looked through again. */
const anyJson = z.unknown();

/** How the package's tokens become text, and its words where it has one for each token. */
const detokenizerOf = (
  reader: PackageReader,
  manifest: Manifest,
  bytesOf: (file: string) => Uint8Array,
  from: DetokenizerFrom | undefined,
) => {
  if (manifest.vocabulary !== undefined) {
    const { file } = manifest.vocabulary;
    const vocabulary = parseFile(reader, file, bytesOf(file), vocabularySchema);
    checkVocabulary(reader, manifest, vocabulary);
    return { vocabulary, detokenizer: vocabularyWords(vocabulary, manifest.tokens.end) };
  }
  const { file = '', config = '' } = manifest.tokenizer ?? {};
  if (from === undefined) throw refuse(reader, file, 'needs a tokenizer, and there is none here');
  const [tokenizer, settings] = [file, config].map((name) => parseFile(reader, name, bytesOf(name), anyJson));
  try {
    return { vocabulary: undefined, detokenizer: from(tokenizer, settings) };
  } catch (cause) {
    throw refuse(reader, file, 'is not a tokenizer that can be used', cause);
  }
};

/**
 * Reads and checks a whole package.
 * @param detokenizerFrom makes detokenizers of packages that have a tokenizer instead of a vocabulary
 * @throws PackageRefused naming the file and, for a wrong digest, what was expected and what was found
 */
export const openPackage = async (reader: PackageReader, detokenizerFrom?: DetokenizerFrom): Promise<ModelPackage> => {
  const graphFiles = ({ encoder, decoder }: Manifest): string[] => [...encoder.stages.map(({ file }) => file), decoder.file];
  const { manifest, graph, bytes } = await checkFiles(reader, manifestSchema, graphFiles);
  const nounsFile = manifest.generalisation?.file;
  return {
    manifest,
    ...detokenizerOf(reader, manifest, bytes, detokenizerFrom),
    nouns: nounsFile === undefined ? undefined : nounsFrom(parseFile(reader, nounsFile, bytes(nounsFile), nounsSchema)),
    encoder: manifest.encoder.stages.map(({ file }) => graph(file)),
    decoder: graph(manifest.decoder.file),
  };
};

/** name@version, as it is shown and stored beside a caption. */
export const modelName = ({ name, version }: Pick<Manifest, 'name' | 'version'>): string => `${name}@${version}`;
