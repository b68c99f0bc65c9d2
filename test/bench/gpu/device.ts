// The NVIDIA device of this machine, as nvidia-smi tells it.
import { spawnSync } from 'node:child_process';

const query = (what: string): string[] | undefined => {
  const { status, stdout } = spawnSync('nvidia-smi', [`--query-gpu=${what}`, '--format=csv,noheader,nounits'], { encoding: 'utf8' });
  const first = status === 0 ? stdout.trim().split('\n')[0] : undefined;
  return first?.split(',').map((field) => field.trim());
};

/** Name, driver and memory in MiB of the first device; undefined where there is none. */
export const findDevice = (): { name: string; driver: string; memoryMib: number } | undefined => {
  const [name, driver, memory] = query('name,driver_version,memory.total') ?? [];
  return name === undefined || driver === undefined ? undefined : { name, driver, memoryMib: Number(memory) };
};

/** Memory in use on the first device in MiB, by everything that runs on it. */
export const usedMemoryMib = (): number => Number(query('memory.used')?.[0] ?? Number.NaN);
