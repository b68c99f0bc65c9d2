// Reads through the table's indexes. An index is a moment late, so what it names is read again from the table itself.
import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { ChangePage, KeyPage, RecordStore } from '../../core/ports.ts';
import { imageId } from '../../core/record/image-id.ts';
import { MAX_KEY_BYTES } from '../../core/record/object-event.ts';
import type { CaptionRecord } from '../../core/record/record.ts';
import { BY_CHANGE, BY_KEY, BY_SHA256, FEEDS, feedPlace, fromFeedPlace, TABLE } from '../../core/record/table.ts';
import { liveRecord, MAX_BATCH_IDS, readItems, type TableAccess } from './dynamo-reader.ts';

type KeyQuery = Parameters<RecordStore['listByKey']>[0];
type ChangeQuery = Parameters<RecordStore['changes']>[0];

/** Index pages that one call reads at most, so that a rare state cannot hold a request up. */
const MAX_INDEX_PAGES = 8;
/** Entries of one index page; pages grow up to it while few entries are of the wanted state. */
const MAX_PAGE_ENTRIES = 1000;
const PAGE_GROWTH = 4;
/** Records of the same bytes that are looked at: the index may still name some that have changed since. */
const MAX_TWINS = 10;
/** Sorts after every id. */
const AFTER_IDS = '~';

const { partitionKey } = TABLE;
const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');
const stringOf = (value: AttributeValue | undefined): string => value?.S ?? '';

/** Records by id, at their ids' places; any number of ids. */
export const readRecords = async (table: TableAccess, ids: readonly string[]): Promise<(CaptionRecord | undefined)[]> => {
  const records: (CaptionRecord | undefined)[] = [];
  for (let from = 0; from < ids.length; from += MAX_BATCH_IDS) {
    const some = ids.slice(from, from + MAX_BATCH_IDS);
    const items = await readItems(table, some);
    records.push(...some.map((id) => liveRecord(items.get(id), table.now())));
  }
  return records;
};

type KeyEntry = { id: string; key: string };

const keyQuery = (tableName: string, { bucket, prefix, state }: KeyQuery): QueryCommandInput => {
  const byPrefix = prefix === '' ? '' : ' AND begins_with(#key, :prefix)';
  return {
    TableName: tableName,
    IndexName: BY_KEY.name,
    KeyConditionExpression: `#bucket = :bucket${byPrefix}`,
    ...(state !== undefined && { FilterExpression: '#state = :state' }),
    ExpressionAttributeNames: {
      '#bucket': BY_KEY.partitionKey,
      ...(prefix !== '' && { '#key': BY_KEY.sortKey }),
      ...(state !== undefined && { '#state': BY_KEY.include[0] }),
    },
    ExpressionAttributeValues: {
      ':bucket': { S: bucket },
      ...(prefix !== '' && { ':prefix': { S: prefix } }),
      ...(state !== undefined && { ':state': { S: state } }),
    },
  };
};

/** Where a query starts: nothing when no key can match, `from` when it must skip some that would. */
const startOf = ({ prefix, after }: KeyQuery): 'nothing' | { from?: string } => {
  if (bytesOf(prefix).length > MAX_KEY_BYTES) return 'nothing';
  if (after === undefined || after === '') return {};
  if (after.startsWith(prefix)) return { from: after };
  return Buffer.compare(bytesOf(after), bytesOf(prefix)) < 0 ? {} : 'nothing';
};

/** Entries of the index by key, up to `limit`, and the last key seen when there may be more. */
const keyEntries = async ({ client, tableName }: TableAccess, query: KeyQuery): Promise<{ entries: KeyEntry[]; next?: string }> => {
  const start = startOf(query);
  if (start === 'nothing') return { entries: [] };
  const { bucket, limit } = query;
  const entries: KeyEntry[] = [];
  let size = Math.min(limit, MAX_PAGE_ENTRIES);
  let seen = start.from;
  for (let page = 0; page < MAX_INDEX_PAGES; page++) {
    const from = seen && { bucket: { S: bucket }, key: { S: seen }, [partitionKey]: { S: await imageId(bucket, seen) } };
    const command = new QueryCommand({ ...keyQuery(tableName, query), Limit: size, ...(from && { ExclusiveStartKey: from }) });
    const { Items = [], LastEvaluatedKey } = await client.send(command);
    entries.push(...Items.map((item) => ({ id: stringOf(item[partitionKey]), key: stringOf(item[BY_KEY.sortKey]) })));
    const last = entries[limit - 1];
    if (last !== undefined && (entries.length > limit || LastEvaluatedKey)) return { entries: entries.slice(0, limit), next: last.key };
    if (LastEvaluatedKey === undefined) return { entries };
    seen = stringOf(LastEvaluatedKey[BY_KEY.sortKey]);
    size = Math.min(size * PAGE_GROWTH, MAX_PAGE_ENTRIES);
  }
  return { entries, ...(seen !== undefined && { next: seen }) };
};

/** A page of records in the order of their keys. It may be short, or empty, and still have a `next`. */
export const listByKey = async (table: TableAccess, query: KeyQuery): Promise<KeyPage> => {
  const { entries, next } = await keyEntries(table, query);
  const records = await readRecords(
    table,
    entries.map(({ id }) => id),
  );
  const wanted = records.filter((record) => record !== undefined).filter(({ state }) => query.state === undefined || state === query.state);
  return { records: wanted, ...(next !== undefined && { next }) };
};

const placesIn = async ({ client, tableName }: TableAccess, feed: string, { after, until, limit }: ChangeQuery): Promise<string[]> => {
  const from = after === undefined ? feedPlace(0, '') : feedPlace(after.changedAt, after.id);
  const to = feedPlace(until, AFTER_IDS);
  if (from > to) return [];
  const command = new QueryCommand({
    TableName: tableName,
    IndexName: BY_CHANGE.name,
    KeyConditionExpression: '#feed = :feed AND #place BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#feed': BY_CHANGE.partitionKey, '#place': BY_CHANGE.sortKey },
    ExpressionAttributeValues: { ':feed': { S: feed }, ':from': { S: from }, ':to': { S: to } },
    Limit: limit + 1,
  });
  const { Items = [] } = await client.send(command);
  return Items.map((item) => stringOf(item[BY_CHANGE.sortKey])).filter((place) => place !== from);
};

/** A page of the change feed: one entry a record, at its last change. Entries are small, so one query a feed holds `limit` of them. */
export const changes = async (table: TableAccess, query: ChangeQuery): Promise<ChangePage> => {
  const feeds = await Promise.all(FEEDS.map((feed) => placesIn(table, feed, query)));
  const places = feeds.flat().toSorted().slice(0, query.limit).map(fromFeedPlace);
  const records = await readRecords(
    table,
    places.map(({ id }) => id),
  );
  // one that has changed since comes again, at its new place
  const unmoved = records.filter((record, at) => record !== undefined && record.changedAt <= (places[at]?.changedAt ?? 0));
  return { records: unmoved.filter((record) => record !== undefined), next: places.at(-1) ?? query.after ?? { changedAt: 0, id: '' } };
};

/** A READY record whose picture has these bytes. */
export const bySha256 = async (table: TableAccess, sha256: string): Promise<CaptionRecord | undefined> => {
  const command = new QueryCommand({
    TableName: table.tableName,
    IndexName: BY_SHA256.name,
    KeyConditionExpression: '#sha256 = :sha256',
    ExpressionAttributeNames: { '#sha256': BY_SHA256.partitionKey },
    ExpressionAttributeValues: { ':sha256': { S: sha256 } },
    Limit: MAX_TWINS,
  });
  const { Items = [] } = await table.client.send(command);
  const records = await readRecords(
    table,
    Items.map((item) => stringOf(item[partitionKey])),
  );
  return records.find((record) => record?.state === 'READY' && record.picture?.sha256 === sha256);
};
