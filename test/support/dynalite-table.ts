// The table of records in dynalite, in memory, on a free port of the loopback.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requestSettings } from '../../functions/adapters/aws/aws-requests.ts';
import { TABLE } from '../../functions/core/record/table.ts';

const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');

const POLL_MS = 5;

/** The table as CreateTable takes it. */
export const createTableInput = (name: string): CreateTableCommandInput => {
  const attributes = new Set([TABLE.partitionKey, ...TABLE.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])]);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: TABLE.partitionKey, KeyType: 'HASH' }],
    GlobalSecondaryIndexes: TABLE.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: 'HASH' },
        { AttributeName: index.sortKey, KeyType: 'RANGE' },
      ],
      Projection:
        index.include.length > 0 ? { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.include] } : { ProjectionType: 'KEYS_ONLY' },
    })),
  };
};

/** A client for a table server at `url`, with retries as the service has them. */
export const localDynamo = (url: string, attempts = 6): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...requestSettings({ connectTimeoutMs: 1000, requestTimeoutMs: 3000, attempts, sockets: 64 }),
  });

/** A running table; `wrap` stands before its server and may break what it does. */
export type LocalTable = { url: string; tableName: string; close(): Promise<void> };

/** Starts an empty table; requests pass through `wrap` when given. */
export const startTable = async (wrap: (listener: RequestListener) => RequestListener = (listener) => listener): Promise<LocalTable> => {
  const inner = dynalite({ createTableMs: 0 });
  const server = createServer(wrap((request, response) => void inner.emit('request', request, response)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = localDynamo(url);
  const tableName = 'captions';
  await client.send(new CreateTableCommand(createTableInput(tableName)));
  while ((await client.send(new DescribeTableCommand({ TableName: tableName }))).Table?.TableStatus !== 'ACTIVE') {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  client.destroy();
  return {
    url,
    tableName,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
