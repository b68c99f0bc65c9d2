// Lets one process at a time have a folder. The lock is SQLite's on a file, so the system releases it however the process ends.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A folder that another process has. */
export class FolderInUse extends Error {
  constructor(folder: string, cause: unknown) {
    super(`${folder} is in use by another process; stop that one first, or choose another folder`, { cause });
    this.name = 'FolderInUse';
  }
}

/**
 * Makes the folder and takes it; gives the function that releases it.
 * @throws FolderInUse
 */
export const lockFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (thrown) {
    lock.close();
    throw new FolderInUse(folder, thrown);
  }
  let isHeld = true;
  return () => {
    if (isHeld) lock.close();
    isHeld = false;
  };
};
