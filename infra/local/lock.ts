// One local run for a data folder: a lock that the operating system takes back when its holder is gone, however it ended.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../functions/core/errors.ts';

const FILE = 'lock.sqlite';

/** The data folder is in use. */
export class FolderInUse extends CodedError {
  constructor(folder: string, cause: unknown) {
    super('USAGE', `The data in ${folder} is used by another local run: stop that one, or choose another folder with --data`, cause);
  }
}

/** The right to use a data folder. */
export type FolderLock = { release(): void };

/** @throws FolderInUse */
export const lockFolder = (folder: string): FolderLock => {
  const database = new DatabaseSync(join(folder, FILE));
  try {
    // a write lock on the file that is held until the connection closes
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS lock (holder INTEGER); COMMIT;');
  } catch (thrown) {
    database.close();
    throw new FolderInUse(folder, thrown);
  }
  return { release: () => database.close() };
};
