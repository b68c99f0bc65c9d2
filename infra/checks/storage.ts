// Bucket and table of a template: what is stored must not be lost, read by others, or change its form.
import { TABLE, type TableIndex } from '../../functions/core/record/table.ts';
import { at, type Found, type Json, list, ofType, outputOf, policyOn, property, refusesPlainHttp, type Template, unless } from './look.ts';

const CLOSED = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

const bucket = (template: Template, found: Found): string[] => [
  ...unless(property(found, 'VersioningConfiguration', 'Status') === 'Enabled', 'the bucket keeps no versions'),
  ...unless(
    CLOSED.every((name) => property(found, 'PublicAccessBlockConfiguration', name) === true),
    'the bucket may become public',
  ),
  ...unless(
    property(found, 'NotificationConfiguration', 'EventBridgeConfiguration', 'EventBridgeEnabled') === true,
    'the bucket does not tell EventBridge',
  ),
  ...unless(refusesPlainHttp(policyOn(template, 'AWS::S3::BucketPolicy', found.id)), 'the bucket takes plain HTTP'),
  ...unless(list(property(found, 'BucketEncryption', 'ServerSideEncryptionConfiguration')).length > 0, 'the bucket is not encrypted'),
  ...unless(
    list(property(found, 'LifecycleConfiguration', 'Rules')).some(
      (rule) => at(rule, 'NoncurrentVersionExpiration', 'NoncurrentDays') !== undefined,
    ),
    'old versions in the bucket are kept for ever',
  ),
  ...unless(found.resource.DeletionPolicy === 'Retain', 'the bucket goes with the stack'),
];

const keySchema = (partitionKey: string, sortKey?: string): Json => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' }]),
];

const same = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other);

const index = (found: Found, expected: TableIndex): string[] => {
  const one = list(property(found, 'GlobalSecondaryIndexes')).find((candidate) => at(candidate, 'IndexName') === expected.name);
  if (one === undefined) return [`the index ${expected.name} is missing`];
  return [
    ...unless(same(at(one, 'KeySchema'), keySchema(expected.partitionKey, expected.sortKey)), `the index ${expected.name} has other keys`),
    ...unless(
      same(list(at(one, 'Projection', 'NonKeyAttributes')), [...expected.include]),
      `the index ${expected.name} holds other attributes`,
    ),
  ];
};

const table = (found: Found): string[] => [
  ...unless(same(property(found, 'KeySchema'), keySchema(TABLE.partitionKey)), 'the table has another key'),
  ...TABLE.indexes.flatMap((expected) => index(found, expected)),
  ...unless(property(found, 'TimeToLiveSpecification', 'AttributeName') === TABLE.timeToLive, 'tombstones never go'),
  ...unless(property(found, 'TimeToLiveSpecification', 'Enabled') === true, 'tombstones never go: time to live is off'),
  ...unless(property(found, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true, 'the table cannot be restored'),
  ...unless(property(found, 'BillingMode') === 'PAY_PER_REQUEST', 'the table is not on demand'),
  ...unless(property(found, 'DeletionProtectionEnabled') === true, 'the table can be deleted by mistake'),
  ...unless(found.resource.DeletionPolicy === 'Retain', 'the table goes with the stack'),
];

/** What is wrong with bucket and table. */
export const checkStorage = (template: Template): string[] => {
  const tables = ofType(template, 'AWS::DynamoDB::Table').filter(({ id }) => id === outputOf(template, 'TableName'));
  return [
    ...ofType(template, 'AWS::S3::Bucket').flatMap((found) => bucket(template, found)),
    ...unless(tables.length === 1, 'the table is missing'),
    ...tables.flatMap(table),
  ];
};
