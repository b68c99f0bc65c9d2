// A program that is compared: a process of its own that captions the files it is asked for, one batch at a time.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cpuMs } from '../service.ts';
import { watchMemory } from './memory.ts';
import type { Answer, Line, Order } from './protocol.ts';

/** How a contender is started. */
export type Contender = {
  name: string;
  program: string;
  args: string[];
  order: Order & Record<string, unknown>;
  /** sees each batch once before it is measured */
  sawBefore?: boolean;
};

/** An answer, and the CPU time of all its processes, in ms counted in steps of 10 ms. */
export type Measured = Answer & { cpuMs: number };

/** A contender that has given its first answer. */
export type Running = {
  name: string;
  sawBefore: boolean;
  /** from the start of the process to its first answer */
  coldMs: number;
  ask(files: readonly string[]): Promise<Measured>;
  /** the most memory in bytes, of all its processes, since it was started */
  peakBytes(): number;
  stop(): Promise<void>;
};

const ERROR_LINES = 400;

/** Starts a contender and lets it caption `files`. @throws Error with its words when it cannot */
export const startContender = async (
  { name, program, args, order, sawBefore = false }: Contender,
  files: readonly string[],
): Promise<Running> => {
  const began = performance.now();
  const child = spawn(program, [...args, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line);
    if (errors.length > ERROR_LINES) errors.shift();
  });
  child.stdin.on('error', () => {});
  let waiting: ((line: Line) => void) | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) waiting?.(JSON.parse(line) as Line);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      waiting?.({ error: `${why}\n${errors.join('\n')}` });
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(`it ended with ${signal ?? code}`));
  });
  const memory = watchMemory(pid);

  const ask = async (batch: readonly string[]): Promise<Measured> => {
    const before = cpuMs(pid, true);
    const { promise, resolve } = Promise.withResolvers<Line>();
    waiting = resolve;
    child.stdin.write(`${JSON.stringify({ files: batch })}\n`);
    const line = await promise;
    if ('error' in line) throw new Error(`${name}: ${line.error}`);
    return { ...line, cpuMs: cpuMs(pid, true) - before };
  };
  const stop = async (): Promise<void> => {
    memory.stop();
    child.stdin.end();
    await ended;
  };
  try {
    await ask(files);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, sawBefore, coldMs: performance.now() - began, ask, peakBytes: memory.most, stop };
};
