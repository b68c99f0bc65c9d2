// Keys alone, from the index: a request sees 1 MB of entries, so that lists of hundreds of thousands of keys take seconds.
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RecordStore } from '../../core/ports.ts';
import { imageId } from '../../core/record/image-id.ts';
import { MAX_KEY_BYTES } from '../../core/record/object-event.ts';
import { BY_KEY, TABLE } from '../../core/record/table.ts';
import type { TableAccess } from './dynamo-reader.ts';

type Query = Parameters<RecordStore['keys']>[0];

const { partitionKey } = TABLE;
const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Whether the keys of the prefix may come after `after`; a place outside of the prefix is no place to start at. */
const isBehind = (prefix: string, after: string): boolean => Buffer.compare(bytesOf(after), bytesOf(prefix)) > 0;

/** Keys of records that are not deleted, as the index has them: it may be a moment late. */
export const listKeys = async (
  { client, tableName }: TableAccess,
  { bucket, prefix, after = '' }: Query,
): Promise<{ keys: string[]; next?: string }> => {
  const resumes = after !== '' && after.startsWith(prefix);
  if (bytesOf(prefix).length > MAX_KEY_BYTES || (!resumes && isBehind(prefix, after))) return { keys: [] };
  const byPrefix = prefix === '' ? '' : ' AND begins_with(#key, :prefix)';
  const command = new QueryCommand({
    TableName: tableName,
    IndexName: BY_KEY.name,
    KeyConditionExpression: `#bucket = :bucket${byPrefix}`,
    FilterExpression: '#state <> :deleted',
    ProjectionExpression: '#key',
    ExpressionAttributeNames: { '#bucket': BY_KEY.partitionKey, '#key': BY_KEY.sortKey, '#state': BY_KEY.include[0] },
    ExpressionAttributeValues: {
      ':bucket': { S: bucket },
      ':deleted': { S: 'DELETED' },
      ...(prefix !== '' && { ':prefix': { S: prefix } }),
    },
    ...(resumes && {
      ExclusiveStartKey: { bucket: { S: bucket }, key: { S: after }, [partitionKey]: { S: await imageId(bucket, after) } },
    }),
  });
  const { Items = [], LastEvaluatedKey } = await client.send(command);
  const next = LastEvaluatedKey?.[BY_KEY.sortKey]?.S;
  return { keys: Items.map((item) => item[BY_KEY.sortKey]?.S ?? ''), ...(next !== undefined && { next }) };
};
