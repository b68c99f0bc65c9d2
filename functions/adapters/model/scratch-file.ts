// A file without a name, which only this process can open: libvips takes options of its loaders with a path, never with bytes in memory.
// Nothing is left of it when the process ends, however that happens.
import { existsSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One file, for one picture at a time. */
export type ScratchFile = {
  /** The file's path once it holds these bytes alone; undefined when there is no room for them. */
  hold(bytes: Uint8Array): string | undefined;
  /** Gives the room back. */
  clear(): void;
};

/** Linux shows a process its own open files here, also those without a name. */
const OPEN_FILES = '/proc/self/fd';
const OWNER_ONLY = 0o600;

const openWithoutName = (folder: string): number => {
  const path = join(folder, `picture-${process.pid}-${crypto.randomUUID()}`);
  const file = openSync(path, 'wx+', OWNER_ONLY);
  unlinkSync(path);
  return file;
};

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, at);
};

/** The file, or undefined where there can be none: no Linux, or no folder for temporary files that may be written to. */
export const scratchFile = (folder = tmpdir()): ScratchFile | undefined => {
  if (!existsSync(OPEN_FILES)) return undefined;
  let file: number;
  try {
    file = openWithoutName(folder);
  } catch {
    return undefined;
  }
  const clear = (): void => ftruncateSync(file);
  return {
    hold(bytes) {
      try {
        clear();
        writeAll(file, bytes);
        return `${OPEN_FILES}/${file}`;
      } catch {
        return undefined;
      }
    },
    clear,
  };
};
