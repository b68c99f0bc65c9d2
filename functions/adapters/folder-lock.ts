// Lets one process at a time have a folder. The lock is SQLite's on a file, so the system releases it however the process ends.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../core/errors.ts';

/** A folder that another process has. */
export class FolderInUse extends CodedError {
  constructor(message: string, cause: unknown) {
    super('USAGE', message, cause);
  }
}

const inUse = (folder: string): string => `${folder} is in use by another process; stop that one first, or choose another folder`;

/**
 * Makes the folder and takes it; gives the function that releases it. `message`: what to tell whoever comes second.
 * @throws FolderInUse
 */
export const lockFolder = (folder: string, message = inUse(folder)): (() => void) => {
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (thrown) {
    lock.close();
    throw new FolderInUse(message, thrown);
  }
  let isHeld = true;
  return () => {
    if (isHeld) lock.close();
    isHeld = false;
  };
};
