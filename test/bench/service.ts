// Starts the service for a measurement, in a process of its own and on a temporary folder, and says what else is running.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunningService, ServiceWishes } from './service-child.ts';

const CHILD_FILE = fileURLToPath(new URL('./service-child.ts', import.meta.url));
const ASSEMBLIES = join(tmpdir(), 'caption-on-upload-assemblies');

/** A service that is measured; `pid` of the process that has the embedded servers, and starts the functions' processes. */
export type MeasuredService = RunningService & { pid: number; stop(): Promise<void> };

/** The middle one. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const MS_PER_TICK = 10;

const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  });

/** CPU time that a process has used so far with all its threads, in ms, counted in steps of 10 ms; `withChildren`: also its descendants. */
export const cpuMs = (pid: number, withChildren = false): number => {
  // the name of the program, the second field, may have spaces
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  return withChildren ? childrenOf(pid).reduce((sum, child) => sum + cpuMs(child, true), own) : own;
};

/** One line about the machine and what it does besides. */
export const machineLine = (): string =>
  `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} CPUs, load before ${(loadavg()[0] ?? 0).toFixed(2)}, Node ${process.version}`;

/** Starts it, with the settings of cdk.json beside these wishes. @throws Error when it does not start */
export const startMeasured = async (wishes: Partial<ServiceWishes> = {}, nodeArguments: string[] = []): Promise<MeasuredService> => {
  const folder = mkdtempSync(join(tmpdir(), 'caption-measured-'));
  const options: ServiceWishes = { dataFolder: join(folder, 'data'), context: {}, open: true, assemblyFolder: ASSEMBLIES, ...wishes };
  const child = spawn(process.execPath, [...nodeArguments, CHILD_FILE, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  createInterface(child.stdout).once('line', resolve);
  const line = await Promise.race([promise, ended]);
  if (line === undefined || child.pid === undefined) throw new Error('the service did not start');
  const running = JSON.parse(line) as RunningService;
  return {
    ...running,
    pid: child.pid,
    stop: async () => {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
