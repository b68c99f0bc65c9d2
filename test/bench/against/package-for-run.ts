// The package that this runtime gets: the repository converted, or a package that is there, told to say exactly so many tokens.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { copyFile, link, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Manifest, ManifestInput } from '../../../functions/captioner/manifest.ts';
import { convertRepository } from '../../../functions/hub/convert.ts';
import type { Options } from './options.ts';

type Listed = ManifestInput['files'][number];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
};

/** Converts a repository into a folder. @returns the manifest, which is not written yet */
const converted = async (repository: string, folder: string): Promise<ManifestInput> => {
  const files = { list: await filesBelow(repository), read: (path: string) => readFile(join(repository, path)) };
  const parts = convertRepository({ repository: 'bench/repository', revision: '0'.repeat(40) }, files, { dtype: 'fp32' });
  const listed: Listed[] = [];
  for (;;) {
    const { done, value } = await parts.next();
    if (done) return { ...(value as ManifestInput), files: listed };
    await writeFile(join(folder, value.path), value.bytes);
    listed.push({ path: value.path, bytes: value.bytes.length, sha256: sha256(value.bytes) });
  }
};

const writeManifest = async (folder: string, manifest: ManifestInput): Promise<void> => {
  const bytes = Buffer.from(JSON.stringify(manifest, undefined, 2));
  await writeFile(join(folder, 'manifest.json'), bytes);
  await writeFile(join(folder, 'manifest.sha256'), `${sha256(bytes)}  manifest.json\n`);
};

/** Writes the package that a repository becomes into a new folder. @returns the folder */
export const writeConverted = async (repository: string, folder: string): Promise<string> => {
  mkdirSync(folder);
  await writeManifest(folder, await converted(repository, folder));
  return folder;
};

/** The files of a package, linked where that can be. @returns the manifest, which is not written yet */
const linked = async (from: string, folder: string): Promise<ManifestInput> => {
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')) as ManifestInput;
  for (const { path } of manifest.files) {
    const [source, target] = [join(from, path), join(folder, path)];
    await link(source, target).catch(() => copyFile(source, target));
  }
  return manifest;
};

/**
 * Writes the package of a run into a folder.
 * @returns the folder, and the size of the pictures that the model takes, in px
 */
export const packageForRun = async (
  { repository, package: given, tokens, beams }: Options,
  folder: string,
): Promise<{ folder: string; image: Pick<Manifest['image'], 'width' | 'height'> }> => {
  mkdirSync(folder);
  const manifest = given === undefined ? await converted(repository, folder) : await linked(given, folder);
  const search = { ...manifest.search, beamSize: beams, minTokens: tokens, maxTokens: tokens };
  await writeManifest(folder, { ...manifest, search });
  return { folder, image: manifest.image };
};
