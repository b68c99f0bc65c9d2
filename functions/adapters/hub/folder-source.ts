// A folder that holds a repository's files, brought here by hand: a source without a network. Links are followed, as hub caches have them.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelReference } from '../../core/models/model-reference.ts';
import type { ModelSource } from '../../core/models/models-ports.ts';
import { type Digest, isSafePath, PullFailed, parseSums, type SourceFile, wrongSum } from '../../core/models/source-listing.ts';
import { isMissing, onDisk, readWhole } from './disk.ts';
import { digestsOf } from './file-digest.ts';

const SUMS = 'SHA256SUMS';

/** A repository has a few dozen files; a home folder given by mistake has more. */
const MAX_FILES = 10_000;

/** Undefined for a link that leads nowhere, as a hub cache has them of a file that did not come. */
const kindOf = (path: string): Promise<'file' | 'folder' | undefined> =>
  onDisk(path, async () => {
    try {
      return (await stat(path)).isDirectory() ? 'folder' : 'file';
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  });

const filesBelow = async (folder: string, below = '', found: string[] = []): Promise<string[]> => {
  for (const name of await readdir(join(folder, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    if (name.startsWith('.') || name.endsWith('.part') || !isSafePath(path)) continue;
    const kind = await kindOf(join(folder, path));
    if (kind === 'folder') await filesBelow(folder, path, found);
    if (kind === 'file') found.push(path);
    if (found.length > MAX_FILES) throw new PullFailed(`${folder} has more than ${MAX_FILES} files: give the folder of the repository`);
  }
  return found;
};

const sumsOf = async (folder: string): Promise<Map<string, string> | undefined> => {
  try {
    return parseSums(await readFile(join(folder, SUMS), 'utf8'));
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
};

/** The folder as a source; a SHA256SUMS file in it is held against every file that is used. */
export const folderSource = ({ revision }: ModelReference, folder: string): ModelSource => {
  let sums: Map<string, string> | undefined;
  const expectedOf = (path: string): Digest | undefined => {
    const hex = sums?.get(path);
    return hex === undefined ? undefined : { kind: 'sha256', hex };
  };
  return {
    where: folder,
    list: () =>
      onDisk(folder, async () => {
        const paths = await filesBelow(folder);
        sums = await sumsOf(folder);
        const files = paths.map(
          async (path): Promise<SourceFile> => ({ path, bytes: (await stat(join(folder, path))).size, digest: expectedOf(path) }),
        );
        return { revision, files: await Promise.all(files) };
      }),
    missingBytes: async () => 0,
    fetch: ({ path, digest }) =>
      onDisk(join(folder, path), async () => {
        const { bytes, sha256 } = await digestsOf(join(folder, path));
        if (digest !== undefined && digest.hex !== sha256) throw wrongSum(path, digest.hex, sha256);
        if (digest === undefined && sums !== undefined)
          throw new PullFailed(`${path} is not in ${SUMS}: write it anew, or remove it if you trust the files (${folder})`);
        return { path, bytes, sha256 };
      }),
    read: (path) => readWhole(join(folder, path)),
    finish: async () => undefined,
  };
};
