// Runs the models command as a process of its own and looks at what it leaves.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { tokenizerWords } from '../../functions/adapters/model/tokenizer-words.ts';
import { openPackage } from '../../functions/captioner/package.ts';

const CHILD = fileURLToPath(new URL('./models-child.ts', import.meta.url));

/** How a run ended: `code` undefined when it was killed; all lines of stderr. */
export type Ended = { code: number | undefined; out: string; err: string[] };

/** A run. */
export type Run = { child: ChildProcess; err: () => string[]; ended: Promise<Ended> };

/** A folder for the command: no packages but those that are pulled. */
export const modelsFolder = (parent = tmpdir()): string => {
  const root = mkdtempSync(join(parent, 'models-pull-'));
  mkdirSync(join(root, 'models'));
  writeFileSync(join(root, 'cdk.json'), '{"context":{"uploadModel":"m2","workerModel":"m2"}}');
  return root;
};

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Starts it; `env` names the hub and is all that it gets. */
export const startModels = (root: string, env: Readonly<Record<string, string>>, ...argv: string[]): Run => {
  const child = spawn(process.execPath, [CHILD, root, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    texts.err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? undefined, out: texts.out, err: linesOf(texts.err) }));
  });
  return { child, err: () => linesOf(texts.err), ended };
};

/** Starts it and waits for its end. */
export const runModels = (root: string, env: Readonly<Record<string, string>>, ...argv: string[]): Promise<Ended> =>
  startModels(root, env, ...argv).ended;

/** Names in the folder of pulled packages, but for the lock. */
export const pulledNames = (root: string): string[] => {
  try {
    return readdirSync(join(root, 'models/pulled')).filter((name) => name !== '.lock');
  } catch {
    return [];
  }
};

/** Files that are loaded in whole or in part. */
export const loadedFiles = (root: string): string[] => {
  try {
    return readdirSync(join(root, 'hub'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.[a-z]+$/.test(name));
  } catch {
    return [];
  }
};

/** What is at the final path: nothing, a package whose every byte is right, or something else, which must never be. */
export const finalState = async (root: string, name: string): Promise<'none' | 'whole' | 'partial'> => {
  if (!pulledNames(root).includes(name)) return 'none';
  return openPackage(packageFolder(join(root, 'models/pulled', name)), tokenizerWords).then(
    () => 'whole',
    () => 'partial',
  );
};
