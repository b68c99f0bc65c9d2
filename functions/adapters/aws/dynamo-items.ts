// A record as an item of the table, and back.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { CaptionRecord } from '../../core/record/record.ts';
import { BY_CHANGE, BY_RISK, BY_SHA256, feedOf, feedPlace, TABLE } from '../../core/record/table.ts';
import { riskPlace } from '../../core/review/risk-place.ts';

/** An item as DynamoDB has it. */
export type Item = Record<string, AttributeValue>;

const MS_PER_S = 1000;

/** The item of a record: its fields at the top level, and the keys of the indexes. */
export const toItem = (record: CaptionRecord): Item => {
  const { id, ...fields } = record;
  const sha256 = record.state === 'READY' ? record.picture?.sha256 : undefined;
  const keys = {
    [TABLE.partitionKey]: id,
    [BY_CHANGE.partitionKey]: feedOf(id),
    [BY_CHANGE.sortKey]: feedPlace(record.changedAt, id),
    [BY_SHA256.partitionKey]: sha256,
    [BY_RISK.sortKey]: riskPlace(record),
  };
  return marshall({ ...fields, ...keys }, { removeUndefinedValues: true });
};

/** The record of an item that `toItem` made. */
export const fromItem = (item: Item): CaptionRecord => {
  const {
    [TABLE.partitionKey]: id,
    [BY_CHANGE.partitionKey]: _feed,
    [BY_CHANGE.sortKey]: _place,
    [BY_SHA256.partitionKey]: _sha256,
    [BY_RISK.sortKey]: _risk,
    ...fields
  } = unmarshall(item);
  return { id, ...fields } as CaptionRecord;
};

/** Whether a tombstone's time is over at `now` (ms since 1970); DynamoDB removes such items only hours later. */
export const isExpired = ({ expiresAt }: Pick<CaptionRecord, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && expiresAt * MS_PER_S <= now;
