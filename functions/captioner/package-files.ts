// The files of a package: manifest, digests and bytes, of which only those that were checked are given out.
// 42 % of damaged ONNX files load and answer wrongly without an error, so nothing is used before all of it is checked.
import * as z from 'zod';
import { PackageRefused } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import { fileName } from './manifest-forms.ts';

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

/** A checked graph: the checked bytes themselves or, of a large one, the file that was checked. */
export type GraphSource = Uint8Array<ArrayBuffer> | LargeFile;

/** One entry of a manifest's list of files. */
export const packageFile = z.object({
  path: fileName,
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
});

type Listed = z.output<typeof packageFile>;

/** The file that names all others. */
export const MANIFEST = 'manifest.json';

/** One line as `sha256sum` writes it, so that damage to the manifest itself is seen too. */
const MANIFEST_DIGEST = 'manifest.sha256';

/** The refusal of a package because of one of its files. */
export const refuse = (reader: Pick<PackageReader, 'where'>, file: string, what: string, cause?: unknown): PackageRefused =>
  new PackageRefused(`model package ${reader.where} refused: ${file} ${what}`, cause);

const missing = (issues: readonly z.core.$ZodIssue[]): number => issues.filter(({ code }) => code === 'invalid_type').length;

/** The lines of an issue; of a union's, those of its nearest form: the one that lacks the fewest fields. */
const linesOf = (issue: z.core.$ZodIssue, at: readonly PropertyKey[] = []): string[] => {
  const path = [...at, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [`${path.join('.') || '(whole)'} ${issue.message}`];
  const [nearest] = issue.errors.toSorted((a, b) => missing(a) - missing(b));
  return nearest?.flatMap((inner) => linesOf(inner, path)) ?? [];
};

/** A checked value as a schema wants it. @throws PackageRefused naming the file and the first three problems */
export const asSchema = <T>(reader: Pick<PackageReader, 'where'>, file: string, value: unknown, schema: z.ZodType<T>): T => {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.flatMap((issue) => linesOf(issue));
  throw refuse(reader, file, `is not as expected: ${problems.slice(0, 3).join('; ')}`, checked.error);
};

/** The JSON of a file's bytes as a schema wants it. @throws PackageRefused */
export const parseFile = <T>(reader: Pick<PackageReader, 'where'>, file: string, bytes: Uint8Array, schema: z.ZodType<T>): T => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refuse(reader, file, 'is not JSON', cause);
  }
  return asSchema(reader, file, json, schema);
};

const readFile = async (reader: PackageReader, file: string): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    return await reader.read(file);
  } catch (cause) {
    throw refuse(reader, file, 'is missing or not a regular file', cause);
  }
};

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

/** The manifest, once its own digest is right. @throws PackageRefused */
const readManifest = async <T>(reader: PackageReader, schema: z.ZodType<T>): Promise<T> => {
  const bytes = await readFile(reader, MANIFEST);
  const expected = new TextDecoder().decode(await readFile(reader, MANIFEST_DIGEST)).split(/\s/)[0];
  const digest = await sha256Hex(bytes);
  if (digest !== expected) throw refuse(reader, MANIFEST, `has sha256 ${digest}, expected ${expected} (${MANIFEST_DIGEST})`);
  return parseFile(reader, MANIFEST, bytes, schema);
};

const refuseUnlisted = async (reader: PackageReader, listed: readonly Listed[]): Promise<void> => {
  const known = new Set([MANIFEST, MANIFEST_DIGEST, ...listed.map(({ path }) => path)]);
  const unlisted = (await reader.list()).find((name) => !known.has(name));
  if (unlisted !== undefined) throw refuse(reader, unlisted, 'is not listed in the manifest');
};

/** A package whose every byte was checked. Both functions throw PackageRefused for what the manifest does not list. */
export type CheckedFiles<T> = { manifest: T; graph(file: string): GraphSource; bytes(file: string): Uint8Array<ArrayBuffer> };

/**
 * Reads and checks a whole package.
 * @param graphFiles names of the files that are graphs
 * @throws PackageRefused naming the file and, for a wrong digest, what was expected and what was found
 */
export const checkFiles = async <T extends { files: readonly Listed[] }>(
  reader: PackageReader,
  schema: z.ZodType<T>,
  graphFiles: (manifest: T) => readonly string[],
): Promise<CheckedFiles<T>> => {
  const manifest = await readManifest(reader, schema);
  await refuseUnlisted(reader, manifest.files);
  const isGraph = new Set(graphFiles(manifest));
  const graphs = new Map<string, GraphSource>();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of manifest.files) {
    if (isGraph.has(file.path)) graphs.set(file.path, await checkGraph(reader, file));
    else files.set(file.path, await readChecked(reader, file));
  }
  const takenFrom = <V>(found: ReadonlyMap<string, V>, file: string): V => {
    const value = found.get(file);
    if (value === undefined) throw refuse(reader, file, 'is used but not listed in the manifest');
    return value;
  };
  return { manifest, graph: (file) => takenFrom(graphs, file), bytes: (file) => takenFrom(files, file) };
};
