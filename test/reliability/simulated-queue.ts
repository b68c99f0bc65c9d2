// A queue that delivers at least once to several workers at the same time, on a clock of its own: what failed comes again a while later.

import { type Random, whole } from '../support/random.ts';
import type { SentMessage } from '../support/s3-messages.ts';

/** Messages, and the clock that the workers' leases run on. */
export type SimulatedQueue = { messages: readonly string[]; clock: { now: number }; random: Random; maxReceives: number };

/** What draining came to. */
export type Drained = { deliveries: number; deadLetters: SentMessage[] };

const BATCH = 10;
const STEP_MS = 20;

/** Six times a function's timeout, as the stack sets it. */
export const VISIBILITY_MS = 360_000;

type Hidden = SentMessage & { visibleAt: number };

/** Delivers until every message is acknowledged, or has been delivered `maxReceives` times. `work` answers with the ids that failed. */
export const drain = async (
  { messages, clock, random, maxReceives }: SimulatedQueue,
  workers: readonly ((batch: readonly SentMessage[]) => Promise<readonly string[]>)[],
): Promise<Drained> => {
  let queue: Hidden[] = messages.map((body, i) => ({ id: String(i), body, receives: 0, visibleAt: 0 }));
  const drained: Drained = { deliveries: 0, deadLetters: [] };
  let working = 0;

  const take = (): SentMessage[] => {
    const size = 1 + whole(random, BATCH);
    const batch: SentMessage[] = [];
    const left: Hidden[] = [];
    for (const message of queue) {
      if (batch.length < size && message.visibleAt <= clock.now) batch.push({ ...message, receives: message.receives + 1 });
      else left.push(message);
    }
    queue = left;
    return batch;
  };
  const giveBack = (batch: readonly SentMessage[], failed: readonly string[]): void => {
    for (const message of batch) {
      if (!failed.includes(message.id)) continue;
      if (message.receives >= maxReceives) drained.deadLetters.push(message);
      else queue.push({ ...message, visibleAt: clock.now + VISIBILITY_MS });
    }
  };
  const run = async (work: (batch: readonly SentMessage[]) => Promise<readonly string[]>): Promise<void> => {
    while (queue.length > 0 || working > 0) {
      clock.now += STEP_MS;
      const batch = take();
      if (batch.length === 0) {
        // nothing to do until hidden messages are visible again
        if (working === 0) clock.now = Math.max(clock.now, Math.min(...queue.map(({ visibleAt }) => visibleAt)));
        else await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      working++;
      drained.deliveries += batch.length;
      giveBack(batch, await work(batch));
      working--;
    }
  };
  await Promise.all(workers.map(run));
  return drained;
};
