// The queue of reviews, through the index of the records that need one. Most records do not and are not in it.
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { RecordStore, RiskPage } from '../../core/ports.ts';
import { MAX_KEY_BYTES } from '../../core/record/object-event.ts';
import { BY_RISK, TABLE } from '../../core/record/table.ts';
import { riskPlace } from '../../core/review/risk-place.ts';
import { readRecords } from './dynamo-listing.ts';
import type { TableAccess } from './dynamo-reader.ts';

type RiskQuery = Parameters<RecordStore['listByRisk']>[0];

/** Index pages that one call reads at most: few of the entries may be below the prefixes. */
const MAX_INDEX_PAGES = 8;
/** Entries of one index page; pages grow up to it. */
const MAX_PAGE_ENTRIES = 1000;
const PAGE_GROWTH = 4;

const { partitionKey } = TABLE;
const [KEY] = BY_RISK.include;

const filterOf = (prefixes: readonly string[]): Partial<QueryCommandInput> => {
  if (prefixes.includes('')) return {};
  return { FilterExpression: prefixes.map((_, at) => `begins_with(#key, :prefix${at})`).join(' OR ') };
};

const riskQuery = (tableName: string, bucket: string, prefixes: readonly string[]): QueryCommandInput => {
  const filter = filterOf(prefixes);
  const isFiltered = filter.FilterExpression !== undefined;
  return {
    TableName: tableName,
    IndexName: BY_RISK.name,
    KeyConditionExpression: '#bucket = :bucket',
    ...filter,
    ExpressionAttributeNames: { '#bucket': BY_RISK.partitionKey, ...(isFiltered && { '#key': KEY }) },
    ExpressionAttributeValues: {
      ':bucket': { S: bucket },
      ...(isFiltered && Object.fromEntries(prefixes.map((prefix, at) => [`:prefix${at}`, { S: prefix }]))),
    },
  };
};

type Entry = { id: string; place: string };

/** Where a place is in the index: it ends with the id. */
const startKey = (bucket: string, place: string): QueryCommandInput['ExclusiveStartKey'] => ({
  [BY_RISK.partitionKey]: { S: bucket },
  [BY_RISK.sortKey]: { S: place },
  [partitionKey]: { S: place.slice(place.indexOf('#') + 1) },
});

const entriesOf = async (
  { client, tableName }: TableAccess,
  { bucket, prefixes, after, limit }: RiskQuery,
): Promise<{ entries: Entry[]; next?: string }> => {
  const query = riskQuery(tableName, bucket, prefixes);
  const entries: Entry[] = [];
  let size = Math.min(limit, MAX_PAGE_ENTRIES);
  let seen = after;
  for (let page = 0; page < MAX_INDEX_PAGES; page++) {
    const from = seen !== undefined && { ExclusiveStartKey: startKey(bucket, seen) };
    const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ ...query, Limit: size, ...from }));
    entries.push(...Items.map((item) => ({ id: item[partitionKey]?.S ?? '', place: item[BY_RISK.sortKey]?.S ?? '' })));
    const last = entries[limit - 1];
    if (last !== undefined && (entries.length > limit || LastEvaluatedKey)) return { entries: entries.slice(0, limit), next: last.place };
    if (LastEvaluatedKey === undefined) return { entries };
    seen = LastEvaluatedKey[BY_RISK.sortKey]?.S ?? '';
    size = Math.min(size * PAGE_GROWTH, MAX_PAGE_ENTRIES);
  }
  return { entries, ...(seen !== undefined && { next: seen }) };
};

/** A page of the queue. What has been reviewed since the index was written is left out. */
export const listByRisk = async (table: TableAccess, query: RiskQuery): Promise<RiskPage> => {
  const prefixes = query.prefixes.filter((prefix) => Buffer.byteLength(prefix) <= MAX_KEY_BYTES);
  if (prefixes.length === 0) return { records: [] };
  const { entries, next } = await entriesOf(table, { ...query, prefixes });
  const records = await readRecords(
    table,
    entries.map(({ id }) => id),
  );
  const open = records.filter((record) => record !== undefined).filter((record) => riskPlace(record) !== undefined);
  return { records: open, ...(next !== undefined && { next }) };
};
