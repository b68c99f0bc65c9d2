// cdk.json: read as text, written whole or not at all.
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import type { ContextFile } from '../../core/models/models-ports.ts';
import { onDisk, writeSynced } from './disk.ts';

/** The file. All of it throws PullFailed when the file system refuses. */
export const contextFile = (file: string): ContextFile => ({
  read: () => onDisk(file, () => readFile(file, 'utf8')),
  write: (text) =>
    onDisk(file, async () => {
      const temporary = `${file}.${randomUUID()}`;
      try {
        await writeSynced(temporary, text);
        await rename(temporary, file);
      } catch (thrown) {
        await rm(temporary, { force: true });
        throw thrown;
      }
    }),
});
