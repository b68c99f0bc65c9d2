// Load for an inference worker as a process, and what became of it.
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { WorkerProcess, WorkerServers } from './worker-servers.ts';

const POLL_MS = 25;
const SIDE_PX = 32;
const BYTE = 256;

/** A small picture of which no other number has the same bytes. */
export const numberedPicture = async (number: number): Promise<Uint8Array> => {
  const background = { r: number % BYTE, g: Math.floor(number / BYTE) % BYTE, b: 99 };
  return await sharp({ create: { width: SIDE_PX, height: SIDE_PX, channels: 3, background } })
    .png()
    .toBuffer();
};

/** Queues `count` refinements of different pictures; `from` is the first picture's number. */
export const addLoad = async (servers: WorkerServers, from: number, count: number): Promise<string[]> => {
  const keys = Array.from({ length: count }, (_, i) => `picture-${from + i}.png`);
  const pictures = new Map(await Promise.all(keys.map(async (key, i) => [key, await numberedPicture(from + i)] as const)));
  const records = await servers.add('refine', keys, (key) => pictures.get(key) ?? new Uint8Array());
  return records.map(({ id }) => id);
};

/** Ends of jobs that the worker has logged so far. */
export const endsOf = ({ lines }: WorkerProcess): { id: string; end: string }[] =>
  lines.flatMap(({ message, id, end }) => (message === 'job' ? [{ id: String(id), end: String(end) }] : []));

/** Waits until the worker has ended a job, or the process is gone. */
export const untilWorking = async (worker: WorkerProcess): Promise<void> => {
  while (endsOf(worker).length === 0 && worker.child.exitCode === null) await sleep(POLL_MS);
};

/** Lets one more worker do what is left; resolves when the queue is empty, with the ms that it took, or undefined after `mostMs`. */
export const finish = async (servers: WorkerServers, mostMs: number): Promise<{ worker: WorkerProcess; ms: number | undefined }> => {
  const began = performance.now();
  const worker = servers.start();
  const isEmpty = (): boolean => {
    const { visible, hidden } = servers.waiting();
    return visible + hidden === 0;
  };
  while (performance.now() - began < mostMs) {
    if (isEmpty()) {
      const ms = performance.now() - began;
      worker.child.kill('SIGTERM');
      await worker.ended;
      return { worker, ms };
    }
    await sleep(POLL_MS);
  }
  worker.child.kill('SIGKILL');
  return { worker, ms: undefined };
};

/** Records that are not refined, records that still have a lease, and records that were written as refined more than once. */
export const checkAll = async (servers: WorkerServers, ids: readonly string[]) => {
  const records = [];
  for (let i = 0; i < ids.length; i += 100) records.push(...(await servers.store.getMany(ids.slice(i, i + 100))));
  const revisions = new Map<string, Set<number>>();
  for (const { id, revision } of servers.told) revisions.set(id, (revisions.get(id) ?? new Set()).add(revision));
  return {
    notDone: records.filter((record) => record?.refine !== 'done').length,
    leased: records.filter((record) => record?.lease !== undefined).length,
    notTold: ids.filter((id) => !revisions.has(id)).length,
    twice: [...revisions.values()].filter((seen) => seen.size > 1).length,
  };
};
