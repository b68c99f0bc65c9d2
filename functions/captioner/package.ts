// Opens a model package: reads the manifest, checks every file's size and SHA-256, and gives out only bytes that were checked.
// 42 % of damaged ONNX files load and answer wrongly without an error, so nothing is used before all of it is checked.
import * as z from 'zod';
import { PackageRefused } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { type Nouns, nounsFrom, nounsSchema } from './generalise.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { type Detokenizer, type Vocabulary, vocabularySchema, vocabularyWords } from './vocabulary.ts';

/** A large file that was read once for its digest, without keeping it in memory. */
export type LargeFile = {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** whether the file is still the one that was read */
  unchanged(): Promise<boolean>;
};

/** Reads the files of one package folder: regular files only, no links. */
export type PackageReader = {
  /** for messages */
  readonly where: string;
  list(): Promise<string[]>;
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** the digest of a file that is too large to be held in memory twice; undefined when it is not */
  large?(path: string): Promise<LargeFile | undefined>;
};

/** Makes a detokenizer of the JSON in tokenizer.json and tokenizer_config.json. */
export type DetokenizerFrom = (tokenizer: unknown, config: unknown) => Detokenizer;

/** A checked graph: the checked bytes themselves or, of a large one, the file that was checked. */
export type GraphSource = Uint8Array<ArrayBuffer> | LargeFile;

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

const MANIFEST = 'manifest.json';

/** One line as `sha256sum` writes it, so that damage to the manifest itself is seen too. */
const MANIFEST_DIGEST = 'manifest.sha256';

const refuse = (reader: PackageReader, file: string, what: string, cause?: unknown): PackageRefused =>
  new PackageRefused(`model package ${reader.where} refused: ${file} ${what}`, cause);

const missing = (issues: readonly z.core.$ZodIssue[]): number => issues.filter(({ code }) => code === 'invalid_type').length;

/** The lines of an issue; of a union's, those of its nearest form: the one that lacks the fewest fields. */
const linesOf = (issue: z.core.$ZodIssue, at: readonly PropertyKey[] = []): string[] => {
  const path = [...at, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [`${path.join('.') || '(whole)'} ${issue.message}`];
  const [nearest] = issue.errors.toSorted((a, b) => missing(a) - missing(b));
  return nearest?.flatMap((inner) => linesOf(inner, path)) ?? [];
};

const parse = <T>(reader: PackageReader, file: string, bytes: Uint8Array, schema: z.ZodType<T>): T => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refuse(reader, file, 'is not JSON', cause);
  }
  const checked = schema.safeParse(json);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.flatMap((issue) => linesOf(issue));
  throw refuse(reader, file, `is not as expected: ${problems.slice(0, 3).join('; ')}`, checked.error);
};

const readFile = async (reader: PackageReader, file: string): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    return await reader.read(file);
  } catch (cause) {
    throw refuse(reader, file, 'is missing or not a regular file', cause);
  }
};

type Listed = Manifest['files'][number];

const checkDigest = (reader: PackageReader, { path, bytes, sha256: expected }: Listed, digest: string, found: number): void => {
  if (digest === expected) return;
  const size = found === bytes ? '' : ` (${found} bytes instead of ${bytes})`;
  throw refuse(reader, path, `has sha256 ${digest}, expected ${expected}${size}`);
};

const readChecked = async (reader: PackageReader, listed: Listed): Promise<Uint8Array<ArrayBuffer>> => {
  const found = await readFile(reader, listed.path);
  checkDigest(reader, listed, await sha256Hex(found), found.length);
  return found;
};

/** A graph is the one kind of file that may be too large for memory. */
const checkGraph = async (reader: PackageReader, listed: Listed): Promise<GraphSource> => {
  const large = await reader.large?.(listed.path).catch((cause: unknown) => {
    throw refuse(reader, listed.path, 'is missing or not a regular file', cause);
  });
  if (large === undefined) return await readChecked(reader, listed);
  checkDigest(reader, listed, large.sha256, large.bytes);
  return large;
};

const readManifest = async (reader: PackageReader): Promise<Manifest> => {
  const bytes = await readFile(reader, MANIFEST);
  const expected = new TextDecoder().decode(await readFile(reader, MANIFEST_DIGEST)).split(/\s/)[0];
  const digest = await sha256Hex(bytes);
  if (digest !== expected) throw refuse(reader, MANIFEST, `has sha256 ${digest}, expected ${expected} (${MANIFEST_DIGEST})`);
  return parse(reader, MANIFEST, bytes, manifestSchema);
};

const refuseUnlisted = async (reader: PackageReader, manifest: Manifest): Promise<void> => {
  const known = new Set([MANIFEST, MANIFEST_DIGEST, ...manifest.files.map(({ path }) => path)]);
  const unlisted = (await reader.list()).find((name) => !known.has(name));
  if (unlisted !== undefined) throw refuse(reader, unlisted, 'is not listed in the manifest');
};

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
    const vocabulary = parse(reader, file, bytesOf(file), vocabularySchema);
    checkVocabulary(reader, manifest, vocabulary);
    return { vocabulary, detokenizer: vocabularyWords(vocabulary, manifest.tokens.end) };
  }
  const { file = '', config = '' } = manifest.tokenizer ?? {};
  if (from === undefined) throw refuse(reader, file, 'needs a tokenizer, and there is none here');
  const [tokenizer, settings] = [file, config].map((name) => parse(reader, name, bytesOf(name), anyJson));
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
  const manifest = await readManifest(reader);
  await refuseUnlisted(reader, manifest);
  const graphFiles = [...manifest.encoder.stages.map(({ file }) => file), manifest.decoder.file];
  const graphs = new Map<string, GraphSource>();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of manifest.files) {
    if (graphFiles.includes(file.path)) graphs.set(file.path, await checkGraph(reader, file));
    else files.set(file.path, await readChecked(reader, file));
  }
  const takenFrom = <T>(found: ReadonlyMap<string, T>, file: string): T => {
    const value = found.get(file);
    if (value === undefined) throw refuse(reader, file, 'is used but not listed in the manifest');
    return value;
  };
  const bytesOf = (file: string) => takenFrom(files, file);
  const nounsFile = manifest.generalisation?.file;
  return {
    manifest,
    ...detokenizerOf(reader, manifest, bytesOf, detokenizerFrom),
    nouns: nounsFile === undefined ? undefined : nounsFrom(parse(reader, nounsFile, bytesOf(nounsFile), nounsSchema)),
    encoder: manifest.encoder.stages.map(({ file }) => takenFrom(graphs, file)),
    decoder: takenFrom(graphs, manifest.decoder.file),
  };
};

/** name@version, as it is shown and stored beside a caption. */
export const modelName = ({ name, version }: Pick<Manifest, 'name' | 'version'>): string => `${name}@${version}`;
