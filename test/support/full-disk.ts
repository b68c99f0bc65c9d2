// A process in a mount namespace of its own with a small disk (tmpfs) that it fills while models are pulled:
// full-disk.ts FOLDER REFERENCE ENDPOINT, which prints one line of JSON.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Ended, finalState, loadedFiles, modelsFolder, pulledNames, runModels, startModels } from './models-run.ts';

const DISK = '6m';
const LEFT_BYTES = 300_000;
const BLOCK = Buffer.alloc(4096, 1);
const LOOK_EVERY_MS = 5;

/** What became of one pull, and of the next one with room. */
export type DiskResult = { name: string; first: Ended; placed: string[]; parts: number; second: Ended; state: string };

const [disk = '', reference = '', endpoint = ''] = process.argv.slice(2);
const env = { HF_ENDPOINT: endpoint };

/** Leaves so many bytes. */
const fill = (leave: number): void => {
  const file = openSync(join(disk, 'filler'), 'a');
  for (;;) {
    const { bavail, bsize } = statfsSync(disk);
    if (bavail * bsize <= leave) break;
    try {
      writeSync(file, BLOCK);
    } catch {
      break;
    }
  }
  closeSync(file);
};

const pullWhile = async (name: string, when: (run: { err: string[]; loaded: string[] }) => boolean, leave: number): Promise<DiskResult> => {
  const root = modelsFolder(disk);
  const run = startModels(root, env, 'pull', reference);
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  while (!isOver && !when({ err: run.err(), loaded: loadedFiles(root) })) await setTimeout(LOOK_EVERY_MS);
  fill(leave);
  const first = await run.ended;
  const placed = pulledNames(root);
  const parts = loadedFiles(root).length;
  rmSync(join(disk, 'filler'), { force: true });
  const second = await runModels(root, env, 'pull', reference);
  const state = await finalState(root, reference.replace(/^.*\/|@.*$/g, ''));
  rmSync(root, { recursive: true });
  return { name, first, placed, parts, second, state };
};

const main = async (): Promise<void> => {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Expected to mount a small disk: ${stderr}`);
  const results = [
    await pullWhile('full before', () => true, LEFT_BYTES),
    await pullWhile('full while loading', ({ loaded }) => loaded.some((name) => name.endsWith('.part')), 0),
    await pullWhile('full while writing', ({ err }) => err.some((line) => line.includes('converting')), 0),
  ];
  console.log(JSON.stringify(results));
};

if (import.meta.main) await main();
