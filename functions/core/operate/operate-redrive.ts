// Puts messages of dead-letter queues back: receive, send, delete, so that an end in between makes duplicates and loses none.
import type { Operations, OperatorQueue, TakenMessage } from './operate-ports.ts';

/** SQS gives and takes no more at once. */
const BATCH = 10;

/** Batches on their way at the same time. */
const LANES = 4;

/** How many messages were put back, by where they were; in a dry run, how many wait. */
export type Redriven = { from: string; messages: number }[];

/** A way back. */
type Way = { name: string; from: OperatorQueue; to: OperatorQueue };

/** Messages that were sent since `began` have failed again since, or are new: putting those back, too, might never end. */
const isOld = ({ sentAt }: TakenMessage, began: number): boolean => sentAt <= began;

const moveAll = async (to: OperatorQueue, from: OperatorQueue, messages: readonly TakenMessage[]): Promise<void> => {
  if (messages.length === 0) return;
  await to.put(messages.map(({ body }) => body));
  await from.remove(messages);
};

const move = async ({ from, to }: Way, limit: number, began: number): Promise<number> => {
  let free = limit;
  let moved = 0;
  const kept: TakenMessage[] = [];
  const lane = async (): Promise<void> => {
    while (free > 0) {
      const most = Math.min(BATCH, free);
      free -= most;
      const taken = await from.take(most);
      const old = taken.filter((message) => isOld(message, began));
      kept.push(...taken.filter((message) => !isOld(message, began)));
      await moveAll(to, from, old);
      moved += old.length;
      free += most - old.length;
      if (old.length === 0) return;
    }
  };
  // every lane finishes its batch before an error of another is told
  const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
  if (kept.length > 0) await from.giveBack(kept);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return moved;
};

const waysBack = ({ queues, undelivered }: Operations): Way[] => {
  const ways = queues.map(({ name, queue, dlq }): Way => ({ name: `${name} dlq`, from: dlq, to: queue }));
  const uploads = queues.find(({ name }) => name === 'uploads')?.queue;
  return undelivered === undefined || uploads === undefined ? ways : [...ways, { name: 'undelivered', from: undelivered, to: uploads }];
};

/**
 * Puts messages back, at most `limit` in all; only counts in a dry run. Right while the service runs.
 * @throws CodedError UNAVAILABLE or INTERNAL; what was put back until then stays so
 */
export const redrive = async (operations: Operations, options: { limit: number; dryRun: boolean }): Promise<Redriven> => {
  const began = operations.clock();
  const redriven: Redriven = [];
  let left = options.limit;
  for (const way of waysBack(operations)) {
    const messages = options.dryRun ? Math.min(left, (await way.from.depth()).waiting) : await move(way, left, began);
    left -= messages;
    redriven.push({ from: way.name, messages });
  }
  return redriven;
};
