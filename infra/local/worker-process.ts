// The worker's container as a child process: the same program and variables, on CPU, started again when it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderOf } from '../model-packages.ts';
import type { WorkerPlan } from './compute.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const END_WITH_PARENT = new URL('./end-with-parent.ts', import.meta.url).href;

/** The image holds the repository there. */
const IMAGE_FOLDER = '/app/';
const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 10_000;
const HEALTHY_MS = 10_000;
/** Time to drain after SIGTERM. */
const STOP_MS = 7500;

/** How the worker is started. */
export type WorkerOptions = { plan: WorkerPlan; environment: Record<string, string>; logFile: string; log(line: string): void };

/**
 * The variables that the container has here: files of the image are files of the repository, what it fetches is kept in `dataFolder`, and
 * there is no GPU.
 */
export const workerEnvironment = (
  environment: Record<string, string>,
  workerModel: unknown,
  dataFolder: string,
): Record<string, string> => {
  const here = Object.entries(environment).map(([name, value]) => [
    name,
    value.startsWith(IMAGE_FOLDER) ? join(REPOSITORY, value.slice(IMAGE_FOLDER.length)) : value,
  ]);
  return { ...Object.fromEntries(here), ...packagePlace(environment, workerModel, dataFolder), PROVIDER: 'cpu', HEALTH_PORT: '0' };
};

/** Where the worker's package is here. */
const packagePlace = ({ MODEL_URI }: Record<string, string>, workerModel: unknown, dataFolder: string): Record<string, string> => {
  if (MODEL_URI !== undefined) return { MODELS_DIR: join(dataFolder, 'models') };
  if (typeof workerModel !== 'string') return {};
  const folder = folderOf(workerModel);
  return { MODELS_DIR: dirname(folder), MODEL: basename(folder) };
};

/** A running worker. */
export type WorkerProcess = { pid(): number | undefined; stop(): Promise<void> };

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** @throws Error when the container does not run a Node program */
export const startWorker = ({ plan, environment, logFile, log }: WorkerOptions): WorkerProcess => {
  const [program, ...parameters] = plan.command;
  if (program !== 'node') throw new Error(`the local run starts node programs, but the container runs ${plan.command.join(' ')}`);
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let stopping = false;

  const start = (): void => {
    const output = openSync(logFile, 'a');
    const started = spawn(process.execPath, ['--import', END_WITH_PARENT, ...parameters], {
      cwd: REPOSITORY,
      env: environment,
      stdio: ['ignore', output, output, 'ipc'],
    });
    closeSync(output);
    child = started;
    const startedAt = Date.now();
    started.once('error', (error) => log(`the worker does not start: ${error.message}`));
    started.once('exit', (code, signal) => {
      if (stopping) return;
      pauseMs = Date.now() - startedAt >= HEALTHY_MS ? FIRST_PAUSE_MS : Math.min(LAST_PAUSE_MS, pauseMs * 2);
      log(`the worker ended (${signal ?? `code ${code}`}); starting it again in ${pauseMs / 1000} s, its words are in ${logFile}`);
      restart = setTimeout(start, pauseMs);
    });
  };

  start();
  return {
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      clearTimeout(restart);
      const last = child;
      if (last === undefined || hasEnded(last)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      last.once('exit', () => resolve());
      const timer = setTimeout(() => last.kill('SIGKILL'), STOP_MS);
      last.kill('SIGTERM');
      await promise;
      clearTimeout(timer);
    },
  };
};
