// Finds records by id, by key, many at once, and page by page; what is deleted or another's is not there.

import type { KeyPage } from '../ports.ts';
import { IMAGE_ID, imageId } from '../record/image-id.ts';
import type { CaptionRecord, State } from '../record/record.ts';
import { type CursorQuery, openKey, sealKey } from './cursor.ts';
import { compareBytes, rangesOf } from './key-ranges.ts';
import type { Lookup } from './lookup-ports.ts';
import { ownsObject, type Principal } from './principal.ts';
import { notFound } from './request-error.ts';

/** A page of records; `next` is a cursor when there may be more. */
export type ImagePage = { records: CaptionRecord[]; next?: string };

/** Which records to list. */
export type ImageQuery = { bucket: string; prefix: string; state?: Exclude<State, 'DELETED'>; cursor?: string; limit: number };

const isThere = (record: CaptionRecord | undefined, principal: Principal, { settings }: Lookup): record is CaptionRecord =>
  record !== undefined && ownsObject(principal, record, settings.bucket) && record.state !== 'DELETED';

/** @throws RequestError NOT_FOUND, also for another's record: it is read before that is decided, so that both take the same time */
export const findImage = async (lookup: Lookup, principal: Principal, id: string): Promise<CaptionRecord> => {
  const record = IMAGE_ID.test(id) ? await lookup.store.get(id) : undefined;
  if (!isThere(record, principal, lookup)) throw notFound();
  return record;
};

/** @throws RequestError NOT_FOUND as `findImage` */
export const findByKey = async (lookup: Lookup, principal: Principal, bucket: string, key: string): Promise<CaptionRecord> =>
  findImage(lookup, principal, await imageId(bucket, key));

/** At most 100 keys, which may repeat; each record stands at its key's place. */
export const findMany = async (
  lookup: Lookup,
  principal: Principal,
  bucket: string,
  keys: readonly string[],
): Promise<(CaptionRecord | undefined)[]> => {
  const ids = await Promise.all(keys.map((key) => imageId(bucket, key)));
  const unique = [...new Set(ids)];
  const records = await lookup.store.getMany(unique);
  const byId = new Map(unique.map((id, at) => [id, records[at]]));
  return ids.map((id) => {
    const record = byId.get(id);
    return isThere(record, principal, lookup) ? record : undefined;
  });
};

/** Lists one range after the other, until the page is full or a range has more. */
const listRanges = async (
  { store }: Lookup,
  { bucket, state, limit }: ImageQuery,
  ranges: readonly string[],
  after: string | undefined,
): Promise<KeyPage> => {
  const records: CaptionRecord[] = [];
  for (const prefix of ranges) {
    const resumed = after?.startsWith(prefix) ? { after } : {};
    if (after !== undefined && resumed.after === undefined && compareBytes(after, prefix) > 0) continue;
    const last = records.at(-1);
    if (last !== undefined && records.length >= limit) return { records, next: last.key };
    const page = await store.listByKey({ bucket, prefix, ...(state && { state }), ...resumed, limit: limit - records.length });
    records.push(...page.records);
    if (page.next !== undefined) return { records, next: page.next };
  }
  return { records };
};

/** A page of the caller's records after the key `after`; `next` is the last key seen. It may be short, or empty, and still have a next one. */
export const pageAfter = async (lookup: Lookup, principal: Principal, query: ImageQuery, after: string | undefined): Promise<KeyPage> => {
  const page = await listRanges(lookup, query, rangesOf(query, principal, lookup), after);
  return { ...page, records: page.records.filter((record) => isThere(record, principal, lookup)) };
};

/**
 * A page of the caller's records in the order of their keys' bytes; it may be short, or empty, and still have a next one.
 * @throws RequestError INVALID_CURSOR
 */
export const listImages = async (lookup: Lookup, principal: Principal, query: ImageQuery): Promise<ImagePage> => {
  const { bucket, prefix, state } = query;
  const cursorQuery: CursorQuery = { kind: 'images', bucket, prefix, ...(state && { state }) };
  const after = query.cursor === undefined ? undefined : openKey(lookup.sealer, query.cursor, cursorQuery, principal, 'cursor');
  const { records, next } = await pageAfter(lookup, principal, query, after);
  return next === undefined ? { records } : { records, next: sealKey(lookup.sealer, next, cursorQuery, principal) };
};
