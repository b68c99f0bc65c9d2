// The records in DynamoDB: consistent reads by id, and one conditional write at a time.
import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RecordStore } from '../../core/ports.ts';
import type { CaptionRecord } from '../../core/record/record.ts';
import { TABLE } from '../../core/record/table.ts';
import { askingAws, awsFacts } from './aws-errors.ts';
import { type ClientPlace, requestSettings } from './aws-requests.ts';
import { fromItem, toItem } from './dynamo-items.ts';
import { listKeys } from './dynamo-keys.ts';
import { bySha256, changes, listByKey, readRecords } from './dynamo-listing.ts';
import { coalescingReader, liveRecord, MAX_BATCH_IDS, type TableAccess } from './dynamo-reader.ts';
import { listByRisk } from './dynamo-risk.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 3000, attempts: 6, sockets: 64 };
const MS_PER_S = 1000;
/** A write that took longer has an old place in the change feed: readers may have passed it. Below the feed's settle time, in ms. */
const LATE_MS = 1000;
const WHAT = 'the table';

/** A client for the table; one for each process. */
export const dynamoClient = (region: string, place: ClientPlace = {}): DynamoDBClient =>
  new DynamoDBClient({ region, ...place, ...requestSettings(BOUNDS) });

/** A new record takes the place of an expired tombstone that DynamoDB has not removed yet. */
const isNew = (now: number): Condition => ({
  ConditionExpression: 'attribute_not_exists(#pk) OR #expiresAt <= :now',
  ExpressionAttributeNames: { '#pk': TABLE.partitionKey, '#expiresAt': TABLE.timeToLive },
  ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / MS_PER_S)) } },
});

const isUnchanged = (seen: number): Condition => ({
  ConditionExpression: '#revision = :seen',
  ExpressionAttributeNames: { '#revision': 'revision' },
  ExpressionAttributeValues: { ':seen': { N: String(seen) } },
});

type Condition = Required<Pick<PutItemCommand['input'], 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>>;

/** All of `RecordStore`'s promises. @throws CodedError UNAVAILABLE when another attempt may help, INTERNAL otherwise */
export const dynamoRecords = (table: TableAccess): RecordStore => {
  const { client, tableName, now } = table;
  const read = coalescingReader(table);

  const write = async (record: CaptionRecord, seen: number | undefined): Promise<boolean> => {
    const item = toItem(record);
    try {
      await client.send(
        new PutItemCommand({ TableName: tableName, Item: item, ...(seen === undefined ? isNew(now()) : isUnchanged(seen)) }),
      );
      return true;
    } catch (thrown) {
      if (!(thrown instanceof ConditionalCheckFailedException)) throw thrown;
      // an earlier attempt of this call may have been committed although its answer was lost
      if (awsFacts(thrown).attempts <= 1) return false;
      const stored = await read(record.id);
      return stored !== undefined && isDeepStrictEqual(fromItem(stored), fromItem(item));
    }
  };

  const put = async (record: CaptionRecord, seen: number | undefined): Promise<boolean> => {
    const began = now();
    if (!(await write(record, seen))) return false;
    // false: someone else has written since, and so has a newer place
    if (now() - began > LATE_MS) await write({ ...record, changedAt: now(), revision: record.revision + 1 }, record.revision);
    return true;
  };

  return {
    get: (id) => askingAws(WHAT, async () => liveRecord(await read(id), now())),
    getMany(ids) {
      if (ids.length > MAX_BATCH_IDS) throw new RangeError(`Expected at most ${MAX_BATCH_IDS} ids but received ${ids.length}`);
      return askingAws(WHAT, () => readRecords(table, ids));
    },
    put: (record, seen) => askingAws(WHAT, () => put(record, seen)),
    bySha256: (sha256) => askingAws(WHAT, () => bySha256(table, sha256)),
    listByKey: (query) => askingAws(WHAT, () => listByKey(table, query)),
    keys: (query) => askingAws(WHAT, () => listKeys(table, query)),
    listByRisk: (query) => askingAws(WHAT, () => listByRisk(table, query)),
    changes: (query) => askingAws(WHAT, () => changes(table, query)),
  };
};
