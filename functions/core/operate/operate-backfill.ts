// Lists what is in the bucket already and puts it on the backfill queue, except what has its record; it can go on where it ended.

import type { ListedObject } from '../ports.ts';
import { imageId } from '../record/image-id.ts';
import { isWanted } from '../record/key-filter.ts';
import { observedMessage, toldAt } from '../record/observed-message.ts';
import type { CaptionRecord } from '../record/record.ts';
import { differ, isOpen } from '../record/record-rules.ts';
import type { Operations } from './operate-ports.ts';
import { boundedSender, SEND_BATCH } from './operate-send.ts';

/** Objects whose records are read at once: the store's most. */
const READ_BATCH = 100;

/** What a backfill is to do. `after`: go on after this key. */
export type BackfillWishes = { prefix: string; limit: number; dryRun: boolean; after?: string };

/** Objects that were listed, that were (or would be) sent, that have their record, and that the service does not caption. */
export type Backfilled = { listed: number; sent: number; known: number; unwanted: number };

/** Whether the record is the last word about the object. One that failed for a passing reason is not. */
const isSettled = (record: CaptionRecord | undefined, { etag, at }: ListedObject): boolean => {
  if (record === undefined) return false;
  if (record.state === 'DELETED') return toldAt(at) <= record.objectAt;
  return !isOpen(record) && !differ(record.etag, etag);
};

async function* batched(objects: AsyncIterable<ListedObject>): AsyncGenerator<ListedObject[]> {
  let batch: ListedObject[] = [];
  for await (const object of objects) {
    batch.push(object);
    if (batch.length < READ_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Sorted = { toSend: ListedObject[]; known: number; unwanted: number };

const sort = async ({ bucket, keys, store }: Operations, listed: readonly ListedObject[]): Promise<Sorted> => {
  const wanted = keys === undefined ? [...listed] : listed.filter(({ key }) => isWanted(key, keys));
  const ids = await Promise.all(wanted.map(({ key }) => imageId(bucket, key)));
  const records = ids.length === 0 ? [] : await store.getMany(ids);
  const toSend = wanted.filter((object, i) => !isSettled(records[i], object));
  return { toSend, known: wanted.length - toSend.length, unwanted: listed.length - wanted.length };
};

/**
 * Does the backfill. Its place is saved after each batch that was sent; a batch may be sent twice when it ends in between.
 * @throws CodedError UNAVAILABLE or INTERNAL; `--resume` goes on after it
 */
export const backfill = async (operations: Operations, { prefix, limit, dryRun, after }: BackfillWishes): Promise<Backfilled> => {
  const { bucket, objects, place, clock } = operations;
  const send = boundedSender(operations, operations.backfill);
  const sum: Backfilled = { listed: 0, sent: 0, known: 0, unwanted: 0 };
  const reached = async (key: string | undefined): Promise<void> => {
    if (!dryRun && key !== undefined) await place.save({ bucket, prefix, after: key });
  };
  for await (const listed of batched(objects.list(bucket, prefix, after))) {
    const { toSend, known, unwanted } = await sort(operations, listed);
    sum.listed += listed.length;
    sum.known += known;
    sum.unwanted += unwanted;
    const now = toSend.slice(0, limit - sum.sent);
    for (let at = 0; at < now.length; at += SEND_BATCH) {
      const batch = now.slice(at, at + SEND_BATCH);
      if (!dryRun) await send(batch.map((object) => observedMessage(bucket, object, clock())));
      sum.sent += batch.length;
      await reached(batch.at(-1)?.key);
    }
    if (now.length < toSend.length) return sum;
    await reached(listed.at(-1)?.key);
    if (sum.sent >= limit) return sum;
  }
  if (!dryRun) await place.clear();
  return sum;
};
