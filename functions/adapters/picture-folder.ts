// Pictures on disk: files, folders and lists of paths.
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PictureError, UsageError } from '../core/errors.ts';
import { checkByteCount } from '../core/picture/picture-checks.ts';
import { SNIFF_BYTES, sniff } from '../core/picture/picture-format.ts';
import type { PictureLimits } from '../core/picture/picture-limits.ts';
import { sniffVideo } from '../core/picture/video-format.ts';
import type { PictureFile, PictureFiles } from '../core/ports.ts';
import { DEFAULT_VIDEO_LIMITS } from '../core/video/video-limits.ts';

/** A pipe must not hang us: opening one for reading would wait for a writer. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

const openFile = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, OPEN_FLAGS);
  } catch (cause) {
    throw new PictureError('SOURCE_GONE', 'the file cannot be opened', cause);
  }
};

const readPicture = async (path: string, limits: PictureLimits): Promise<Uint8Array> => {
  const file = await openFile(path);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new PictureError('UNSUPPORTED_FORMAT', 'not a regular file');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const isVideo = sniffVideo(buffer.subarray(0, bytesRead)) !== undefined;
    checkByteCount(stats.size, isVideo ? DEFAULT_VIDEO_LIMITS : limits);
    const bytes = new Uint8Array(stats.size);
    const read = await file.read(bytes, 0, stats.size, 0);
    return bytes.subarray(0, read.bytesRead);
  } finally {
    await file.close();
  }
};

const looksLikePicture = async (path: string): Promise<boolean> => {
  const file = await open(path, OPEN_FLAGS);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return sniff(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await file.close();
  }
};

/** Visible regular files below a folder, in a stable order. */
const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const names = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const nested = await Promise.all(
    names.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return await filesBelow(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return nested.flat();
};

/** Pictures of paths that are relative to `workingFolder`. */
export const pictureFolder = (workingFolder: string, limits: PictureLimits): PictureFiles => {
  const fileAt = (name: string, path: string): PictureFile => ({ name, read: () => readPicture(path, limits) });
  const expandOne = async (name: string): Promise<PictureFile[]> => {
    const path = resolve(workingFolder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) return [fileAt(name, path)];
    const pictures: PictureFile[] = [];
    for (const file of await filesBelow(path)) {
      if (await looksLikePicture(file)) pictures.push(fileAt(join(name, file.slice(path.length)), file));
    }
    return pictures;
  };
  return {
    expand: async (paths) => (await Promise.all(paths.map(expandOne))).flat(),
    async listed(listFile, root) {
      const text = await readFile(resolve(workingFolder, listFile), 'utf8').catch(() => {
        throw new UsageError(`the list ${listFile} cannot be read`);
      });
      const names = text.split('\n').map((line) => line.trim());
      return names.filter((name) => name !== '').map((name) => fileAt(name, resolve(workingFolder, root, name)));
    },
  };
};
