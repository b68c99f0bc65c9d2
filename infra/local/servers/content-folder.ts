// The files that hold objects' content. Names are random, so no key ever becomes a path; a file counts only once the index names it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usedBuffer } from './young-garbage.ts';

/** A piece of an object's content. */
export type Segment = { file: string; bytes: number };

const WRITE_BYTES = 1024 * 1024;
/** Most pieces of one write: the system's limit. */
const MAX_PIECES = 1024;
const READ_BYTES = 512 * 1024;

const folderOf = (file: string): string => file.slice(0, 2);

/** Makes the folder and removes files that no index entry names: what was being written when the process ended. */
export const openContentFolder = (folder: string, isNamed: (file: string) => boolean): void => {
  for (let at = 0; at < 256; at++) mkdirSync(join(folder, at.toString(16).padStart(2, '0')), { recursive: true });
  for (const sub of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, sub))) if (!isNamed(file)) rmSync(join(folder, sub, file), { force: true });
  }
};

const writeAll = async (handle: FileHandle, pieces: readonly Buffer[]): Promise<void> => {
  if (pieces.length === 0) return;
  const { bytesWritten } = await handle.writev(pieces);
  // a full disk takes a part, and the rest is what it refuses
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (bytesWritten < bytes) await handle.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
};

/** Few large writes instead of one for each 64 kB from the network; one is under way while the next is gathered. */
const gather = (handle: FileHandle) => {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    bytes = 0;
    await writing;
    writing = writeAll(handle, batch);
    // it is awaited by the next flush, or never, when the body fails before
    writing.catch(() => undefined);
  };
  return {
    write: (chunk: Buffer): Promise<void> | undefined => {
      waiting.push(chunk);
      bytes += chunk.length;
      return bytes >= WRITE_BYTES || waiting.length >= MAX_PIECES ? flush() : undefined;
    },
    end: async (): Promise<void> => {
      await flush();
      await writing;
    },
    /** waits for what is under way, whether it fails or not */
    settled: (): Promise<void> => writing.catch(() => undefined),
  };
};

/**
 * Makes a new file of what `fill` writes to it.
 * @throws what `fill` throws; then nothing is left
 */
export const writeContent = async <T>(
  folder: string,
  fill: (write: (bytes: Buffer) => unknown) => Promise<T & { bytes: number }>,
): Promise<T & { segment: Segment }> => {
  const file = randomUUID().replaceAll('-', '');
  const path = join(folder, folderOf(file), file);
  const handle = await open(path, 'wx');
  const gathered = gather(handle);
  try {
    const filled = await fill(gathered.write);
    await gathered.end();
    await handle.datasync();
    return { ...filled, segment: { file, bytes: filled.bytes } };
  } catch (thrown) {
    await gathered.settled();
    await rm(path, { force: true });
    throw thrown;
  } finally {
    await handle.close();
  }
};

/** Opens all pieces at once, so that a later removal does not disturb the reader. */
export const openContent = async (folder: string, segments: readonly Segment[]): Promise<FileHandle[]> => {
  const handles: FileHandle[] = [];
  try {
    for (const { file } of segments) handles.push(await open(join(folder, folderOf(file), file)));
    return handles;
  } catch (thrown) {
    await Promise.all(handles.map((handle) => handle.close()));
    throw thrown;
  }
};

async function* readPiece(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  const stream = handle.createReadStream({ start, end, autoClose: false, highWaterMark: READ_BYTES });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    yield chunk;
    usedBuffer(chunk.length);
  }
}

/** Bytes `from` up to and including `to` of opened content; closes the handles at the end. */
export async function* readContent(
  handles: readonly FileHandle[],
  segments: readonly Segment[],
  from: number,
  to: number,
): AsyncGenerator<Buffer> {
  try {
    let start = 0;
    for (const [index, { bytes }] of segments.entries()) {
      const first = Math.max(from - start, 0);
      const last = Math.min(to - start, bytes - 1);
      const handle = handles[index];
      if (handle && first <= last) yield* readPiece(handle, first, last);
      start += bytes;
    }
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

/** Removes files that the index no longer names. */
export const removeContent = async (folder: string, segments: readonly Segment[]): Promise<void> => {
  await Promise.all(segments.map(({ file }) => rm(join(folder, folderOf(file), file), { force: true })));
};
