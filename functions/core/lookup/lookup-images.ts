// Finds records by id, by key, many at once, and page by page; what is deleted or another's is not there.

import type { KeyPage } from '../ports.ts';
import { IMAGE_ID, imageId } from '../record/image-id.ts';
import type { CaptionRecord, State } from '../record/record.ts';
import { type CursorQuery, openKey, sealKey } from './cursor.ts';
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

const encoder = new TextEncoder();

/** Order of UTF-8 bytes, as the store lists keys. */
const compareBytes = (a: string, b: string): number => {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  const at = left.findIndex((byte, i) => byte !== right[i]);
  if (at < 0) return left.length - right.length;
  return (left[at] ?? 0) - (right[at] ?? -1);
};

/** The parts of `prefix` that are the caller's, in the order of their keys and without overlap. */
const rangesOf = ({ bucket, prefix }: ImageQuery, principal: Principal, { settings }: Lookup): string[] => {
  if (ownsObject(principal, { bucket, key: prefix }, settings.bucket)) return [prefix];
  if (principal.prefixes === undefined || bucket !== settings.bucket) return [];
  const within = principal.prefixes.filter((own) => own.startsWith(prefix)).toSorted(compareBytes);
  return within.filter((own, at) => !within.slice(0, at).some((other) => own.startsWith(other)));
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

/**
 * A page of the caller's records in the order of their keys' bytes; it may be short, or empty, and still have a next one.
 * @throws RequestError INVALID_CURSOR
 */
export const listImages = async (lookup: Lookup, principal: Principal, query: ImageQuery): Promise<ImagePage> => {
  const { bucket, prefix, state } = query;
  const cursorQuery: CursorQuery = { kind: 'images', bucket, prefix, ...(state && { state }) };
  const after = query.cursor === undefined ? undefined : openKey(lookup.sealer, query.cursor, cursorQuery, principal, 'cursor');
  const page = await listRanges(lookup, query, rangesOf(query, principal, lookup), after);
  const records = page.records.filter((record) => isThere(record, principal, lookup));
  return page.next === undefined ? { records } : { records, next: sealKey(lookup.sealer, page.next, cursorQuery, principal) };
};
