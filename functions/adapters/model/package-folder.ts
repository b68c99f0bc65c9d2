// A model package on disk, read as regular files only.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LargeFile, PackageReader } from '../../captioner/package-files.ts';

/** Largest file of a package that is read, in bytes: a graph of 2 GB is the most that protobuf can hold. */
const MAX_FILE_BYTES = 2 ** 31;

/** Larger files are read in pieces for their digest, and again by the runtime from their path: never held in memory as a whole. */
const LARGE_BYTES = 64 * 1024 * 1024;

const PIECE_BYTES = 4 * 1024 * 1024;

/** What changes when a file is written to or replaced. The kernel sets the change time; nobody can set it back. */
type Marks = { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint };

const sameMarks = (a: Marks, b: Marks): boolean =>
  a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;

const withRegularFile = async <T>(path: string, use: (file: FileHandle, marks: Marks) => Promise<T>): Promise<T> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const stats = await file.stat({ bigint: true });
    if (!stats.isFile()) throw new TypeError(`Expected a regular file at ${path}`);
    if (stats.size > MAX_FILE_BYTES) throw new RangeError(`Expected at most ${MAX_FILE_BYTES} bytes at ${path} but found ${stats.size}`);
    return await use(file, stats);
  } finally {
    await file.close();
  }
};

const digestInPieces = async (file: FileHandle): Promise<{ sha256: string; bytes: number }> => {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE_BYTES);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, null);
    if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
    hash.update(piece.subarray(0, bytesRead));
    bytes += bytesRead;
  }
};

/** @param largeBytes files over this size are not read into memory */
const largeFile = async (path: string, largeBytes: number): Promise<LargeFile | undefined> =>
  await withRegularFile(path, async (file, marks) => {
    if (marks.size <= largeBytes) return undefined;
    return {
      path,
      ...(await digestInPieces(file)),
      unchanged: async () => sameMarks(marks, await stat(path, { bigint: true })),
    };
  });

/** Bytes of all files in the folder of a package; what is not there counts nothing, and is refused when the package is opened. */
export const packageBytes = async (folder: string): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name))
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
};

/** The reader of the package in `folder`. */
export const packageFolder = (folder: string, largeBytes = LARGE_BYTES): PackageReader => ({
  where: folder,
  list: async () => (await readdir(folder)).filter((name) => !name.startsWith('.')),
  read: (path) => withRegularFile(join(folder, path), async (file) => new Uint8Array(await file.readFile())),
  large: (path) => largeFile(join(folder, path), largeBytes),
});
