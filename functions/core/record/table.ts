// The table of records as data: its key, indexes and time to live. The store's adapter, the stack and the local servers read it.

/** An index of the table; all key attributes are strings. `include` are the attributes that it holds besides all keys. */
export type TableIndex = {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly include: readonly string[];
};

/** Records of a bucket in the order of their keys' bytes. */
export const BY_KEY = { name: 'byKey', partitionKey: 'bucket', sortKey: 'key', include: ['state'] } as const satisfies TableIndex;

/** Records in the order of their last change, in `FEED_SHARDS` feeds so that no partition takes all writes. */
export const BY_CHANGE = { name: 'byChange', partitionKey: 'feed', sortKey: 'changedAt_id', include: [] } as const satisfies TableIndex;

/** READY records by the digest of their picture; only those have the attribute `sha256`. */
export const BY_SHA256 = { name: 'bySha256', partitionKey: 'sha256', sortKey: 'pk', include: [] } as const satisfies TableIndex;

/** Records that need a review, riskiest first; only those have the attribute `risk_id`. */
export const BY_RISK = { name: 'byRisk', partitionKey: 'bucket', sortKey: 'risk_id', include: ['key'] } as const satisfies TableIndex;

/** The table; one item for each record. */
export const TABLE = {
  /** string: the record's id */
  partitionKey: 'pk',
  /** number, seconds since 1970: the item may be removed after it */
  timeToLive: 'expiresAt',
  indexes: [BY_KEY, BY_CHANGE, BY_SHA256, BY_RISK],
} as const satisfies { partitionKey: string; timeToLive: string; indexes: readonly TableIndex[] };

/** Feeds that changes are spread over. Never lower it: changes in the feeds above would no longer be seen. */
export const FEED_SHARDS = 4;

/** Digits of ms since 1970 in the sort key of `BY_CHANGE`: enough for 31,000 years. */
const TIME_DIGITS = 15;

const HASH_FACTOR = 31;
const HASH_LIMIT = 1_000_003;

/** Names of all feeds. */
export const FEEDS: readonly string[] = Array.from({ length: FEED_SHARDS }, (_, shard) => `c${shard}`);

/** The feed that changes of the record `id` are in; the same for ever. */
export const feedOf = (id: string): string => {
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (hash * HASH_FACTOR + id.charCodeAt(at)) % HASH_LIMIT;
  return `c${hash % FEED_SHARDS}`;
};

/** Place of a change in its feed, as the sort key of `BY_CHANGE`; `changedAt` in ms since 1970, `id` may be empty. */
export const feedPlace = (changedAt: number, id: string): string => `${String(changedAt).padStart(TIME_DIGITS, '0')}#${id}`;

/** The inverse of `feedPlace`. */
export const fromFeedPlace = (place: string): { changedAt: number; id: string } => ({
  changedAt: Number(place.slice(0, TIME_DIGITS)),
  id: place.slice(TIME_DIGITS + 1),
});
