// All records, or those changed since a cursor, in the order of their changes; one that changes meanwhile comes again.

import type { ChangePosition } from '../ports.ts';
import { type RecordView, recordView } from '../record/record-view.ts';
import { feedPlace, fromFeedPlace } from '../record/table.ts';
import type { Operations } from './operate-ports.ts';

const PAGE_RECORDS = 100;

/** A change may become visible this long after its time; a cursor stays behind it so that none is skipped. */
const SETTLE_MS = 5000;

const CURSOR = /^\d{15}#[A-Za-z0-9_-]*$/;

/** The place that a cursor of an export names, undefined for what is none. */
export const parseCursor = (cursor: string): ChangePosition | undefined => (CURSOR.test(cursor) ? fromFeedPlace(cursor) : undefined);

/**
 * Gives each record to `write`, page by page. @returns the cursor for what changes later; the changes of the last seconds come again then
 * @throws CodedError UNAVAILABLE or INTERNAL
 */
export const exportRecords = async (
  { store, clock }: Operations,
  since: ChangePosition | undefined,
  write: (record: RecordView) => void | Promise<void>,
): Promise<{ records: number; next: string }> => {
  const settled = clock() - SETTLE_MS;
  let after = since;
  let records = 0;
  for (;;) {
    const page = await store.changes({ until: clock(), limit: PAGE_RECORDS, ...(after && { after }) });
    for (const record of page.records) await write(recordView(record));
    records += page.records.length;
    const isEnd = page.next.changedAt === (after?.changedAt ?? 0) && page.next.id === (after?.id ?? '');
    after = page.next;
    if (isEnd) break;
  }
  const next = after.changedAt <= settled ? after : { changedAt: Math.max(settled, since?.changedAt ?? 0), id: '' };
  return { records, next: feedPlace(next.changedAt, next.id) };
};
