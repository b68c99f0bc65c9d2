// Resident memory of a process and its descendants: /proc/PID/status, sampled while the process works.
import { readdirSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 50;
const BYTES_PER_KB = 1024;

const childrenOf = (pid: number): number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return []; // it has ended
  }
};

const residentBytes = (pid: number): number => {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * BYTES_PER_KB;
  } catch {
    return 0; // it has ended
  }
};

/** Bytes in memory of a process and all that it has started; pages that two of them share count twice. */
export const treeBytes = (pid: number): number => residentBytes(pid) + childrenOf(pid).reduce((sum, child) => sum + treeBytes(child), 0);

/** The most bytes that were seen while it was watched. */
export type Watch = { most(): number; stop(): void };

/** Samples a process and its descendants until it is stopped. */
export const watchMemory = (pid: number): Watch => {
  let most = 0;
  const sample = (): void => {
    most = Math.max(most, treeBytes(pid));
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    most: () => {
      sample();
      return most;
    },
    stop: () => clearInterval(timer),
  };
};
