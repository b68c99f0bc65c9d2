// How large a function is with its layers, and whether Lambda takes it.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../functions/core/errors.ts';

/** Lambda's limit on a function and all its layers, unzipped, in bytes. */
export const MAX_FUNCTION_BYTES = 262_144_000;

const BYTES_PER_MB = 1_000_000;
const mb = (bytes: number): string => `${(bytes / BYTES_PER_MB).toFixed(1)} MB`;

/** Bytes of all files below a folder. */
export const folderBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => lstatSync(join(folder, name)))
    .reduce((sum, stats) => (stats.isFile() ? sum + stats.size : sum), 0);

/**
 * The unzipped bytes of a function and its layers together.
 * @param parts folders by what they are, for the message
 * @throws ConfigError when Lambda would refuse them, with the size of each and the fix
 */
export const checkFunctionSize = (parts: Readonly<Record<string, string>>): number => {
  const sizes = Object.entries(parts).map(([name, folder]): [string, number] => [name, folderBytes(folder)]);
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (bytes < MAX_FUNCTION_BYTES) return bytes;
  const list = sizes.map(([name, size]) => `${name} ${mb(size)}`).join(' + ');
  throw new ConfigError(
    `setting uploadModel: expected a function and layers below ${mb(MAX_FUNCTION_BYTES)} unzipped, received ${mb(bytes)} (${list}); fix: -c uploadModel=m2 or another smaller package; a large one can be workerModel`,
  );
};
