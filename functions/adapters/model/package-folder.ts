// A model package on disk, read as regular files only.
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageReader } from '../../captioner/package.ts';

/** Largest file of a package that is read, in bytes; packages are about 30 MB, larger ones are for GPUs. */
const MAX_FILE_BYTES = 2_000_000_000;

const readRegularFile = async (path: string): Promise<Uint8Array<ArrayBuffer>> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new TypeError(`Expected a regular file at ${path}`);
    if (stats.size > MAX_FILE_BYTES) throw new RangeError(`Expected at most ${MAX_FILE_BYTES} bytes at ${path} but found ${stats.size}`);
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
};

/** The reader of the package in `folder`. */
export const packageFolder = (folder: string): PackageReader => ({
  where: folder,
  list: async () => (await readdir(folder)).filter((name) => !name.startsWith('.')),
  read: (path) => readRegularFile(join(folder, path)),
});
