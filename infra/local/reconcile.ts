// Holds objects and records against each other at the start, so that no crash between them loses a picture or keeps a removed one.
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import { observedMessage, toldAt } from '../../functions/core/record/observed-message.ts';
import { STATES } from '../../functions/core/record/record.ts';
import { type Notice, type S3Event, type SendNotices, s3Event } from './object-events.ts';
import type { CurrentObject } from './servers/server-types.ts';

const MS_PER_S = 1000;
const MAX_SENT_AT_ONCE = 100;

const stored = z.object({
  bucket: z.string(),
  key: z.string(),
  state: z.enum(STATES),
  etag: z.string().optional(),
  sequencer: z.string(),
  objectAt: z.number(),
  lease: z.object({ until: z.number() }).optional(),
});

/** Of a record, what reconciling needs. */
export type Known = z.infer<typeof stored>;

/** Whether the record is the last word about the object as it is. A forgotten picture stays forgotten until it is written anew. */
const isSettled = (record: Known, { etag, time }: CurrentObject): boolean => {
  if (record.state === 'PENDING') return false;
  if (record.state === 'DELETED') return toldAt(time) <= record.objectAt;
  return record.etag === etag;
};

/** What must be told about a bucket. A record whose lease runs is told of when it has run out. */
export const differences = (bucket: string, objects: readonly CurrentObject[], records: readonly Known[], now: number): Notice[] => {
  const byKey = new Map(records.filter((record) => record.bucket === bucket).map((record) => [record.key, record]));
  const found = objects.flatMap((object): Notice[] => {
    const record = byKey.get(object.key);
    byKey.delete(object.key);
    if (record !== undefined && isSettled(record, object)) return [];
    const leftMs = Math.max(0, (record?.lease?.until ?? now) - now);
    const matchedBy = s3Event({ ...object, bucket, kind: 'created' });
    return [{ matchedBy, body: observedMessage(bucket, { ...object, at: object.time }, now), delayS: leftMs / MS_PER_S }];
  });
  const gone = [...byKey.values()].filter(({ state }) => state !== 'DELETED');
  const removals = gone.map(({ key, sequencer, objectAt }): Notice => {
    // the record's own place in the order of events: a newer event, should there be one, still wins
    const event = s3Event({ bucket, key, kind: 'removed', etag: '', size: 0, sequencer: sequencer || '0', time: Math.max(now, objectAt) });
    return { matchedBy: event, body: event };
  });
  return [...found, ...removals];
};

const knownRecords = async (dynamo: DynamoDBClient, table: string): Promise<Known[]> => {
  const records: Known[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ProjectionExpression: '#b, #k, #s, etag, sequencer, objectAt, lease',
        ExpressionAttributeNames: { '#b': 'bucket', '#k': 'key', '#s': 'state' },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    records.push(...(page.Items ?? []).map((item) => stored.parse(unmarshall(item))));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return records;
};

/** What reconciling reads and where it tells. */
export type ReconcileParts = {
  dynamo: DynamoDBClient;
  table: string;
  buckets: readonly string[];
  list(bucket: string): readonly CurrentObject[];
  /** whether a rule of the template wants such an event: the service's own files are nobody's */
  isWanted(event: S3Event): boolean;
  send: SendNotices;
  isStopping(): boolean;
};

/** Tells the queues what differs. @returns how much that was */
export const reconcile = async ({ dynamo, table, buckets, list, isWanted, send, isStopping }: ReconcileParts): Promise<number> => {
  // records first: an object that appears between the two readings is told of twice, not taken for removed
  const records = await knownRecords(dynamo, table);
  const differing = buckets.flatMap((bucket) => differences(bucket, list(bucket), records, Date.now()));
  const notices = differing.filter(({ matchedBy }) => isWanted(matchedBy));
  for (let at = 0; at < notices.length && !isStopping(); at += MAX_SENT_AT_ONCE) await send(notices.slice(at, at + MAX_SENT_AT_ONCE));
  return notices.length;
};
