// Gives tables on disk the indexes of a newer version. dynalite cannot add an index to a table, so everything is copied into a new database,
// which then takes the place of the old one. Whenever it is stopped in between, the old data is whole or the new one is, and the next start
// goes on: `level` is in use; `level.old` is only there when `level.new` was complete.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
  type ScanCommandInput,
  type TableDescription,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';

/** Items of one write: DynamoDB's limit. */
const BATCH_ITEMS = 25;

/** The database in use, one that is being made, and one that was replaced. */
const placesIn = (folder: string) => ({ level: join(folder, 'level'), fresh: join(folder, 'level.new'), old: join(folder, 'level.old') });

/** Ends a copy that was stopped: takes what is complete, and removes what is not. */
export const finishCopy = (folder: string): void => {
  const { level, fresh, old } = placesIn(folder);
  if (!existsSync(level) && existsSync(old)) renameSync(existsSync(fresh) ? fresh : old, level);
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
};

/** Puts a complete copy in the place of the database in use; nothing may have either open. */
export const takeCopy = (folder: string): void => {
  const { level, fresh, old } = placesIn(folder);
  renameSync(level, old);
  renameSync(fresh, level);
  rmSync(old, { recursive: true, force: true });
};

type Key = readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[];

const sameKey = (a: Key = [], b: Key = []): boolean =>
  a.length === b.length && a.every(({ AttributeName, KeyType }, i) => AttributeName === b[i]?.AttributeName && KeyType === b[i]?.KeyType);

/** Whether a table that is there lacks an index that it is to have. */
export const lacksIndex = ({ GlobalSecondaryIndexes: wanted = [] }: CreateTableCommandInput, there: TableDescription): boolean =>
  wanted.some(({ IndexName, KeySchema }) => {
    const found = there.GlobalSecondaryIndexes?.find((index) => index.IndexName === IndexName);
    return found === undefined || !sameKey(KeySchema ?? [], found.KeySchema ?? []);
  });

/** How a table that nobody asks for any more is made again as it is. */
const asItIs = (table: TableDescription): CreateTableCommandInput => ({
  TableName: table.TableName,
  AttributeDefinitions: table.AttributeDefinitions,
  KeySchema: table.KeySchema,
  BillingMode: 'PAY_PER_REQUEST',
  ...(table.GlobalSecondaryIndexes === undefined
    ? {}
    : {
        GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
});

/** All tables by name. */
export const tablesOf = async (client: DynamoDBClient): Promise<TableDescription[]> => {
  const tables: TableDescription[] = [];
  let from: string | undefined;
  do {
    const { TableNames = [], LastEvaluatedTableName } = await client.send(
      new ListTablesCommand(from === undefined ? {} : { ExclusiveStartTableName: from }),
    );
    for (const TableName of TableNames) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      if (Table !== undefined) tables.push(Table);
    }
    from = LastEvaluatedTableName;
  } while (from !== undefined);
  return tables;
};

const writeAll = async (client: DynamoDBClient, name: string, requests: WriteRequest[]): Promise<void> => {
  let left: WriteRequest[] = requests;
  while (left.length > 0) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: left } }));
    left = UnprocessedItems?.[name] ?? [];
  }
};

const copyItems = async (from: DynamoDBClient, to: DynamoDBClient, name: string): Promise<void> => {
  let start: ScanCommandInput['ExclusiveStartKey'];
  do {
    const page = await from.send(new ScanCommand({ TableName: name, ...(start && { ExclusiveStartKey: start }) }));
    const requests = (page.Items ?? []).map((Item): WriteRequest => ({ PutRequest: { Item } }));
    for (let at = 0; at < requests.length; at += BATCH_ITEMS) await writeAll(to, name, requests.slice(at, at + BATCH_ITEMS));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
};

/** Copies all tables of `from` to the empty `to`: those of `wanted` with their new indexes, the others as they are. */
export const copyTables = async (
  from: DynamoDBClient,
  to: DynamoDBClient,
  wanted: readonly CreateTableCommandInput[],
  make: (client: DynamoDBClient, table: CreateTableCommandInput) => Promise<void>,
): Promise<void> => {
  for (const table of await tablesOf(from)) {
    const name = table.TableName ?? '';
    await make(to, wanted.find(({ TableName }) => TableName === name) ?? asItIs(table));
    await copyItems(from, to, name);
  }
};
