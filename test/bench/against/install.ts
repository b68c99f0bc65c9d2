// Puts transformers.js into this folder on first use, by the lock beside it: the product does not depend on it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));
const COMMAND = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Whether transformers.js is there, after an attempt to install it; says why not. */
export const installTransformersJs = (say: (line: string) => void): boolean => {
  if (existsSync(`${FOLDER}node_modules/@huggingface/transformers/package.json`)) return true;
  say(`npm ${COMMAND.join(' ')} in test/bench/against (first use)`);
  const { status, stderr } = spawnSync('npm', COMMAND, { cwd: FOLDER, encoding: 'utf8' });
  if (status === 0) return true;
  const why = stderr?.split('\n').find((line) => line.includes('npm error')) ?? 'npm could not be started';
  say(`transformers.js is left out: npm ci in test/bench/against failed (${why.trim()})`);
  return false;
};
