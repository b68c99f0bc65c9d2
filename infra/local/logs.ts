// Where the words of the processes go: a file each in the data folder, begun anew when it has grown.
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 20_000_000;

/** The log file of a process; the one before is kept beside it. */
export const openLogs = (dataFolder: string, name: string): string => {
  const folder = join(dataFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  if (existsSync(file) && statSync(file).size > MAX_BYTES) renameSync(file, `${file}.before`);
  return file;
};
