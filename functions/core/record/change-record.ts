// The only way in which use cases change a record: read, decide, write conditionally, and again when someone else was faster.
import { PictureError } from '../errors.ts';
import type { RecordStore } from '../ports.ts';
import type { CaptionRecord } from './record.ts';

/** Someone else can be faster this many times before the caller is told to come back later. */
const MAX_TRIES = 10;

const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const isSame = (stored: CaptionRecord | undefined, tried: CaptionRecord): boolean =>
  stored !== undefined && stored.revision === tried.revision && JSON.stringify(stored, sorted) === JSON.stringify(tried, sorted);

type Tried = { written: true } | { written: false; stored: CaptionRecord | undefined };

/** An unconfirmed or refused write may have been made all the same: then what is stored is what was tried. */
const tryPut = async (store: RecordStore, record: CaptionRecord, seen: number | undefined): Promise<Tried> => {
  try {
    if (await store.put(record, seen)) return { written: true };
  } catch (thrown) {
    const stored = await store.get(record.id);
    if (isSame(stored, record)) return { written: true };
    throw thrown;
  }
  const stored = await store.get(record.id);
  return isSame(stored, record) ? { written: true } : { written: false, stored };
};

/**
 * Decides on the stored record and writes `record` of the decision, if it has one, on condition that nobody has written since.
 * `known`, where given, is the record as the caller has just written it: if it still is, one read is spared.
 * @returns the decision that holds
 * @throws what the store throws; PictureError INTERNAL when the record kept changing
 */
export const changeRecord = async <D extends { outcome: string; record?: CaptionRecord }>(
  store: RecordStore,
  id: string,
  decide: (before: CaptionRecord | undefined) => D,
  known?: CaptionRecord,
): Promise<D> => {
  // what is not written may not rest on a record that may be out of date
  let before = known !== undefined && decide(known).record !== undefined ? known : await store.get(id);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const decision = decide(before);
    if (decision.record === undefined) return decision;
    const tried = await tryPut(store, decision.record, before?.revision);
    if (tried.written) return decision;
    before = tried.stored;
  }
  throw new PictureError('INTERNAL', `a record was changed by others ${MAX_TRIES} times while it was to be written`);
};
