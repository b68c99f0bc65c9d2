// Uploads to a local service, what its bus told, and what became of them in the end.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { startEventServer } from '../../infra/local/servers/event-server.ts';
import type { EventServer } from '../../infra/local/servers/server-types.ts';
import type { Inside } from './service-inside.ts';
import { numberedPicture } from './worker-load.ts';

const POLL_MS = 250;
const LANES = 4;

const detail = z.object({ id: z.string(), revision: z.number(), model: z.string().optional() });

/** A bus that remembers the revisions of each record that it was told of. */
export type Bus = EventServer & { revisions: ReadonlyMap<string, ReadonlySet<number>> };

/** Starts it; functions find it by AWS_ENDPOINT_URL_EVENTBRIDGE. */
export const startBus = async (): Promise<Bus> => {
  const revisions = new Map<string, Set<number>>();
  const server = await startEventServer({
    port: 0,
    onEvents: async (events) => {
      for (const event of events) {
        const { id, revision } = detail.parse(JSON.parse(event.detail));
        revisions.set(id, (revisions.get(id) ?? new Set()).add(revision));
      }
    },
  });
  return { ...server, revisions };
};

/** Puts pictures of which none has the bytes of another; `answered` gets the keys that were answered 200, as they are. */
export const putPictures = async (s3Url: string, bucket: string, from: number, count: number, answered: string[]): Promise<void> => {
  const numbers = Array.from({ length: count }, (_, i) => from + i).values();
  const lane = async (): Promise<void> => {
    for (const number of numbers) {
      const key = keyOf(number);
      const body = await numberedPicture(number);
      const sent = await fetch(`${s3Url}/${bucket}/${key}`, { method: 'PUT', body }).catch(() => undefined);
      if (sent?.status === 200) answered.push(key);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

/** Key of a numbered picture. */
export const keyOf = (number: number): string => `picture-${number}.png`;

/** A record that nobody works on any more. */
export const isSettled = ({ state, lease, refine }: CaptionRecord): boolean =>
  lease === undefined && (state === 'READY' ? refine === 'done' : state !== 'PENDING');

/** `settledMs`: until every key had a settled record; `idleMs`: until nothing waited in queues either; undefined: not within the time. */
export type Settling = { settledMs?: number; idleMs?: number };

/** Waits for both, each for at most its time. */
export const untilSettled = async (inside: Inside, keys: readonly string[], settleMs: number, idleMs: number): Promise<Settling> => {
  const began = performance.now();
  let settledMs: number | undefined;
  for (;;) {
    const records = new Map((await inside.records()).map((record) => [record.key, record]));
    const settled = keys.every((key) => {
      const record = records.get(key);
      return record !== undefined && isSettled(record);
    });
    const ms = performance.now() - began;
    if (settled) settledMs ??= ms;
    if (settledMs !== undefined && settled && (await inside.waiting()) === 0) return { settledMs, idleMs: ms };
    if (ms > (settledMs === undefined ? settleMs : idleMs)) return settledMs === undefined ? {} : { settledMs };
    await sleep(POLL_MS);
  }
};
