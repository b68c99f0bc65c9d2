// The queue of pictures whose texts need a person's look, riskiest first, of the caller's own: GET /v1/review.
import { openKey, sealKey } from '../lookup/cursor.ts';
import { rangesOf } from '../lookup/key-ranges.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import type { CaptionRecord } from '../record/record.ts';
import { riskOf } from './risk.ts';

/** Which records; `prefix`: only keys that begin with it. */
export type ReviewQuery = { prefix?: string; limit: number; cursor?: string };

/** A page of the queue; `riskOf` says why each is in it. `next` is a cursor when there may be more. */
export type ReviewPage = { records: CaptionRecord[]; next?: string };

/**
 * A page of the caller's records that need a review; it may be short, or empty, and still have a next one.
 * @throws RequestError INVALID_CURSOR
 */
export const reviewQueue = async (
  lookup: Pick<Lookup, 'store' | 'sealer' | 'settings'>,
  principal: Principal,
  { prefix = '', limit, cursor }: ReviewQuery,
): Promise<ReviewPage> => {
  const { store, sealer, settings } = lookup;
  const { bucket } = settings;
  const query = { kind: 'review', bucket, prefix } as const;
  const after = cursor === undefined ? undefined : openKey(sealer, cursor, query, principal, 'cursor');
  const prefixes = rangesOf({ bucket, prefix }, principal, lookup);
  if (prefixes.length === 0) return { records: [] };
  const page = await store.listByRisk({ bucket, prefixes, limit, ...(after !== undefined && { after }) });
  const records = page.records.filter((record) => riskOf(record) !== undefined);
  return page.next === undefined ? { records } : { records, next: sealKey(sealer, page.next, query, principal) };
};
