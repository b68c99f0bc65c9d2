// Strongly consistent reads by id. Reads that are asked for at the same time become one request.
import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ServiceUnavailable } from '../../core/errors.ts';
import type { CaptionRecord } from '../../core/record/record.ts';
import { TABLE } from '../../core/record/table.ts';
import { pauseBeforeRetry } from './aws-requests.ts';
import { fromItem, type Item, isExpired } from './dynamo-items.ts';

/** Most ids of one request: DynamoDB's limit. */
export const MAX_BATCH_IDS = 100;

/** Requests for keys that DynamoDB left out (it answers at most 16 MB, and less when throttled). */
const MAX_BATCH_TRIES = 6;

/** Coalesced requests at a time; while they are under way, further reads gather into larger ones. */
const MAX_READS_IN_FLIGHT = 4;

/** DynamoDB's limit on a partition key. One id that it refuses would fail all reads of a request. */
const MAX_ID_BYTES = 2048;

const { partitionKey } = TABLE;

const isPossibleId = (id: string): boolean => id !== '' && Buffer.byteLength(id) <= MAX_ID_BYTES;

/** The table as a reader sees it; `now` in ms since 1970. */
export type TableAccess = { client: DynamoDBClient; tableName: string; now: () => number };

/** Items by id; those that are not stored are not in it. @throws ServiceUnavailable */
export const readItems = async ({ client, tableName }: TableAccess, ids: readonly string[]): Promise<Map<string, Item>> => {
  const found = new Map<string, Item>();
  let keys: Item[] = [...new Set(ids)].filter(isPossibleId).map((id) => ({ [partitionKey]: { S: id } }));
  for (let attempt = 0; keys.length > 0; attempt++) {
    if (attempt === MAX_BATCH_TRIES) throw new ServiceUnavailable(`the table left out ${keys.length} items ${MAX_BATCH_TRIES} times`);
    if (attempt > 0) await pauseBeforeRetry(attempt - 1);
    const request = { Keys: keys, ConsistentRead: true };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: request } }));
    for (const item of Responses?.[tableName] ?? []) found.set(item[partitionKey]?.S ?? '', item);
    keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
};

const readItem = async ({ client, tableName }: TableAccess, id: string): Promise<Item | undefined> => {
  const command = new GetItemCommand({ TableName: tableName, Key: { [partitionKey]: { S: id } }, ConsistentRead: true });
  return (await client.send(command)).Item;
};

/** The record of an item, unless there is none or its time is over. */
export const liveRecord = (item: Item | undefined, now: number): CaptionRecord | undefined => {
  const record = item && fromItem(item);
  return record !== undefined && !isExpired(record, now) ? record : undefined;
};

type Waiting = { id: string; resolve: (item: Item | undefined) => void; reject: (reason: unknown) => void };

/** Reads single items; those asked for within one turn of the event loop, or while requests are under way, share a request. */
export const coalescingReader = (table: TableAccess): ((id: string) => Promise<Item | undefined>) => {
  let waiting: Waiting[] = [];
  let scheduled = false;
  let inFlight = 0;

  const answer = async (batch: Waiting[]): Promise<void> => {
    inFlight++;
    try {
      const [first] = batch;
      if (batch.length === 1 && first !== undefined) first.resolve(await readItem(table, first.id));
      else {
        const items = await readItems(
          table,
          batch.map(({ id }) => id),
        );
        for (const { id, resolve } of batch) resolve(items.get(id));
      }
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    } finally {
      inFlight--;
      next();
    }
  };

  const next = (): void => {
    scheduled = false;
    while (waiting.length > 0 && inFlight < MAX_READS_IN_FLIGHT) {
      const batch = waiting.slice(0, MAX_BATCH_IDS);
      waiting = waiting.slice(MAX_BATCH_IDS);
      void answer(batch);
    }
  };

  return (id) =>
    new Promise((resolve, reject) => {
      if (!isPossibleId(id)) return resolve(undefined);
      waiting.push({ id, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(next);
    });
};
