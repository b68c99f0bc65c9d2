// Forgets all records below a prefix, and removes their objects when asked. Tombstones stay, so that older events bring none back.

import { forget } from '../lookup/lookup-forget.ts';
import { changeRecord } from '../record/change-record.ts';
import type { CaptionRecord } from '../record/record.ts';
import type { Operations } from './operate-ports.ts';

const PAGE_RECORDS = 100;

/** What was forgotten and removed. */
export type Purged = { records: number; objects: number };

async function* pagesBelow({ store, bucket }: Operations, prefix: string): AsyncGenerator<CaptionRecord[]> {
  let after: string | undefined;
  do {
    const page = await store.listByKey({ bucket, prefix, limit: PAGE_RECORDS, ...(after !== undefined && { after }) });
    yield page.records;
    after = page.next;
  } while (after !== undefined);
}

const isThere = ({ state }: CaptionRecord): boolean => state !== 'DELETED';

/** How many records there are below the prefix. @throws CodedError UNAVAILABLE or INTERNAL */
export const countBelow = async (operations: Operations, prefix: string): Promise<number> => {
  let count = 0;
  for await (const records of pagesBelow(operations, prefix)) count += records.filter(isThere).length;
  return count;
};

/** Asks before removing: a versioned bucket would get another delete marker each time. */
const removeObject = async ({ objects }: Operations, { bucket, key }: CaptionRecord): Promise<number> => {
  if ((await objects.head(bucket, key)) === undefined) return 0;
  await objects.remove(bucket, key);
  return 1;
};

const purgeOne = async (operations: Operations, record: CaptionRecord, withObjects: boolean): Promise<Purged> => {
  const { store, clock, tombstoneDays } = operations;
  // the object first: a record without one can be purged again, an object without a record would not be found
  const objects = withObjects ? await removeObject(operations, record) : 0;
  const { outcome } = await changeRecord(store, record.id, (before) => forget(before, clock(), tombstoneDays));
  return { records: outcome === 'forgotten' ? 1 : 0, objects };
};

/** Forgets what is below the prefix; again is the same. @throws CodedError UNAVAILABLE or INTERNAL */
export const purge = async (operations: Operations, { prefix, objects }: { prefix: string; objects: boolean }): Promise<Purged> => {
  const sum: Purged = { records: 0, objects: 0 };
  for await (const records of pagesBelow(operations, prefix)) {
    // objects of records that were forgotten before may still be there
    const chosen = objects ? records : records.filter(isThere);
    for (const done of await Promise.all(chosen.map((record) => purgeOne(operations, record, objects)))) {
      sum.records += done.records;
      sum.objects += done.objects;
    }
  }
  return sum;
};
