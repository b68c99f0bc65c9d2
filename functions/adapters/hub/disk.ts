// What the disk says: free bytes, files that are on it when told so, and its errors as one line.
import { mkdir, open, readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from '../../core/errors.ts';
import { PullFailed } from '../../core/models/source-listing.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

/** Whether a path is not there. */
export const isMissing = (thrown: unknown): boolean => codeOf(thrown) === 'ENOENT';

/** Does the work; an error of the file system becomes a PullFailed that names `place`. */
export const onDisk = async <T>(place: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (thrown) {
    const code = codeOf(thrown);
    if (thrown instanceof CodedError || !/^E[A-Z]+$/.test(code)) throw thrown;
    if (FULL.has(code))
      throw new PullFailed(
        `The disk is full (${code} at ${place}): make room and pull again; what was loaded whole or in part stays`,
        thrown,
      );
    throw new PullFailed(`${place} cannot be used (${code}): check that it is there and that you may write to it`, thrown);
  }
};

/** Bytes that can be written where the folder is, or will be. */
export const freeBytesAt = async (folder: string): Promise<number> => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (thrown) {
    if (!isMissing(thrown) || dirname(folder) === folder) throw thrown;
    return freeBytesAt(dirname(folder));
  }
};

/** One graph cannot hold more. */
const MAX_READ_BYTES = 2 ** 31;

/** All bytes of a file. @throws PullFailed when they are more than a graph can hold */
export const readWhole = (file: string): Promise<Uint8Array<ArrayBuffer>> =>
  onDisk(file, async () => {
    const { size } = await stat(file);
    if (size >= MAX_READ_BYTES)
      throw new PullFailed(`${file} has ${size} bytes, but a graph can hold 2 GB at most: take smaller numbers by --dtype`);
    return new Uint8Array(await readFile(file));
  });

/** Has a file, or the names in a folder, on the disk when it resolves. */
export const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Writes a whole new file; it is on the disk when it resolves. */
export const writeSynced = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
