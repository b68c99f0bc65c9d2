// Pulls a model: files from the hub or a folder, every one checked; converted; opened once; placed by one rename, or not at all.
import { UsageError } from '../errors.ts';
import { sha256Hex } from '../sha256.ts';
import { licenceOf, NO_LICENCE } from './licence.ts';
import { modelCard } from './model-card.ts';
import { type ModelReference, versionOf } from './model-reference.ts';
import type { ConvertedFile, Dtype, ModelSource, ModelsWorld, PackageDraft } from './models-ports.ts';
import { type CheckedFile, canonicalListing, PullFailed, pick, pinOf, type SourceFile, type SourceListing } from './source-listing.ts';

/** What is to be pulled. */
export type PullRequest = {
  reference: ModelReference;
  name: string;
  dtype: Dtype;
  /** a folder instead of the hub */
  from: string | undefined;
  /** what the pin has to be */
  pin: string | undefined;
  keep: boolean;
};

/** What was pulled, and from which files. */
export type Pulled = {
  name: string;
  version: string;
  folder: string;
  repository: string;
  revision: string;
  dtype: Dtype;
  licence: string;
  pin: string;
  files: readonly CheckedFile[];
  /** the folder that they came from; undefined: from the hub */
  from: string | undefined;
  /** where the source files stay */
  sources: string | undefined;
};

const CONFIG = 'config.json';
const README = 'README.md';
const MAX_CONFIG_BYTES = 4_000_000;
const MB = 1_000_000;

/** The package, and room for what is written meanwhile, in bytes of the source's bytes; what is loaded comes on top. */
const ROOM = 1.5;

const inMb = (bytes: number): string => `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB`;
const sizeOf = (files: readonly { bytes: number }[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

const fetched = async (source: ModelSource, listing: SourceListing, file: SourceFile, { progress }: ModelsWorld): Promise<CheckedFile> => {
  const checked = await source.fetch(file, listing, (bytes) => progress(file.path, bytes, file.bytes));
  progress(undefined, 0, 0);
  return checked;
};

const readText = async (source: ModelSource, listing: SourceListing, path: string, world: ModelsWorld): Promise<string> => {
  const [file] = pick(listing, [path]);
  if (file === undefined || file.bytes > MAX_CONFIG_BYTES) throw new PullFailed(`${path} is larger than ${inMb(MAX_CONFIG_BYTES)}`);
  await fetched(source, listing, file, world);
  return new TextDecoder().decode(await source.read(path, listing));
};

const parsedConfig = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PullFailed(`${CONFIG} is not JSON: is this a model of the transformers library?`, cause);
  }
};

const readLicence = async (source: ModelSource, listing: SourceListing, world: ModelsWorld): Promise<string> =>
  listing.files.some(({ path }) => path === README) ? licenceOf(await readText(source, listing, README, world)) : NO_LICENCE;

const checkRoom = async (
  source: ModelSource,
  listing: SourceListing,
  needed: readonly SourceFile[],
  { store }: ModelsWorld,
): Promise<void> => {
  const needs = (await source.missingBytes(needed, listing)) + ROOM * sizeOf(needed);
  const free = await store.freeBytes();
  if (free >= needs) return;
  throw new PullFailed(`The disk has ${inMb(free)} free, but this needs about ${inMb(needs)}: make room and pull again`);
};

const checkPin = (pin: string, expected: string | undefined): void => {
  if (expected !== undefined && pin !== expected)
    throw new PullFailed(`The source has the pin ${pin}, expected ${expected}: it is not the one that was pinned; nothing was placed`);
};

const checkName = async ({ name, reference }: PullRequest, { store }: ModelsWorld): Promise<void> => {
  const fix = 'choose another one by --name';
  if (await store.isReserved(name)) throw new UsageError(`The name ${name} belongs to models/${name} of this checkout: ${fix}`);
  const there = (await store.packages()).find((one) => one.place === 'pulled' && one.name === name);
  const from = there?.summary?.repository ?? reference.repository;
  if (from !== reference.repository) throw new UsageError(`The name ${name} belongs to the package that was pulled from ${from}: ${fix}`);
};

type Converting = { source: ModelSource; listing: SourceListing; sources: readonly CheckedFile[]; licence: string; pin: string };

const layoutOf = (source: unknown): string =>
  typeof source === 'object' && source !== null && 'layout' in source && typeof source.layout === 'string' ? source.layout : 'unknown';

const writeAll = async (
  draft: PackageDraft,
  converted: AsyncGenerator<ConvertedFile, Readonly<Record<string, unknown>>>,
): Promise<{ files: CheckedFile[]; manifest: Readonly<Record<string, unknown>> }> => {
  const files: CheckedFile[] = [];
  for (;;) {
    const { done, value } = await converted.next();
    if (done) return { files, manifest: value };
    files.push(await draft.write(value.path, value.bytes));
  }
};

/** Writes the package as its manifest describes it. */
const writePackage = async (draft: PackageDraft, request: PullRequest, from: Converting, { converter }: ModelsWorld): Promise<void> => {
  const { reference, name, dtype } = request;
  const { source, listing, sources, licence, pin } = from;
  const origin = { repository: reference.repository, revision: listing.revision };
  const read = (path: string) => source.read(path, listing);
  const parts = converter.convert(origin, { list: sources.map(({ path }) => path), read }, dtype);
  const { files, manifest } = await writeAll(draft, parts);
  const layout = layoutOf(manifest.source);
  const card = modelCard({ name, reference, commit: listing.revision, licence, layout, dtype, pin, sources, files });
  files.push(await draft.write('MODEL_CARD.md', encoded(card)));
  const sha256s = Object.fromEntries(sources.map(({ path, sha256 }) => [path, sha256]));
  const whole = {
    ...manifest,
    schemaVersion: 1,
    name,
    version: versionOf({ revision: listing.revision, dtype, pin }),
    licence,
    source: { ...origin, asked: reference.revision, layout, dtype, licence, pin, files: sha256s },
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const text = encoded(`${JSON.stringify(whole, undefined, 2)}\n`);
  await draft.write('manifest.json', text);
  await draft.write('manifest.sha256', encoded(`${await sha256Hex(text)}  manifest.json\n`));
};

const placed = async (request: PullRequest, from: Converting, world: ModelsWorld): Promise<string> => {
  const draft = await world.store.begin(request.name);
  try {
    await writePackage(draft, request, from, world);
    await draft.check();
    return await draft.place();
  } catch (thrown) {
    await draft.discard();
    throw thrown;
  }
};

const pullLocked = async (request: PullRequest, world: ModelsWorld): Promise<Pulled> => {
  const { reference, name, dtype } = request;
  await checkName(request, world);
  const source = world.source(reference, request.from);
  const listing = await source.list();
  world.say(`${reference.repository}@${reference.revision} is ${listing.revision} in ${source.where}`);
  const config = parsedConfig(await readText(source, listing, CONFIG, world));
  const paths = listing.files.map(({ path }) => path);
  const described = [CONFIG, README].filter((path) => paths.includes(path));
  const needed = pick(listing, [...described, ...world.converter.filesNeeded(config, paths, dtype)]);
  await checkRoom(source, listing, needed, world);
  world.say(`${needed.length} files, ${inMb(sizeOf(needed))}`);
  const sources: CheckedFile[] = [];
  for (const file of needed) sources.push(await fetched(source, listing, file, world));
  const pin = await pinOf(sources);
  checkPin(pin, request.pin);
  const licence = await readLicence(source, listing, world);
  world.say('every file is as it should be; converting');
  const folder = await placed(request, { source, listing, sources, licence, pin }, world);
  const stays = await source.finish(listing, request.keep ? canonicalListing(sources) : undefined);
  const version = versionOf({ revision: listing.revision, dtype, pin });
  return {
    name,
    version,
    folder,
    ...reference,
    revision: listing.revision,
    dtype,
    licence,
    pin,
    files: sources,
    from: request.from,
    sources: stays,
  };
};

/**
 * Pulls it; what cannot be opened is never placed, and an older package of this name stays until then.
 * @throws CodedError USAGE, UNAVAILABLE (the hub; what was loaded stays and the next pull goes on), PULL_FAILED, PACKAGE_REFUSED
 */
export const pullModel = async (request: PullRequest, world: ModelsWorld): Promise<Pulled> => {
  const release = await world.store.lock();
  try {
    return await pullLocked(request, world);
  } finally {
    release();
  }
};
