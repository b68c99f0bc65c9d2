// Puts messages on a queue at a bounded rate.
import type { Outbox } from '../ports.ts';
import type { Operations } from './operate-ports.ts';

/** Messages that are sent at once: SQS's most. */
export const SEND_BATCH = 10;

/** Messages sent in a second at most, so that neither queue nor table is taken by surprise. */
const MESSAGES_PER_S = 500;

const MS_PER_S = 1000;

/** Sends batches, and waits before one that would come too early. */
export const boundedSender = <T>({ clock, pause }: Pick<Operations, 'clock' | 'pause'>, outbox: Outbox<T>) => {
  let freeAt = 0;
  return async (messages: readonly T[]): Promise<void> => {
    const now = clock();
    if (freeAt > now) await pause(freeAt - now);
    await outbox.send(messages);
    freeAt = Math.max(now, freeAt) + (messages.length * MS_PER_S) / MESSAGES_PER_S;
  };
};
