// DynamoDB for one machine: dynalite on disk, on the loopback interface only. Tables that are missing are made.
import { join } from 'node:path';
import { CreateTableCommand, type CreateTableCommandInput, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { lockFolder } from '../../../functions/adapters/folder-lock.ts';
import { closeServer, isLoopbackHost, listen, once } from './loopback.ts';
import type { TableServer, TableServerOptions } from './server-types.ts';

const WAIT_MS = 10;
const MAX_WAITS = 500;

const statusOf = async (client: DynamoDBClient, name: string): Promise<string | undefined> => {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const indexes = Table?.GlobalSecondaryIndexes ?? [];
    return indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE') ? Table?.TableStatus : 'CREATING';
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'ResourceNotFoundException') return undefined;
    throw thrown;
  }
};

const makeTable = async (client: DynamoDBClient, table: CreateTableCommandInput): Promise<void> => {
  const name = table.TableName ?? '';
  if ((await statusOf(client, name)) === undefined) await client.send(new CreateTableCommand(table));
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    if ((await statusOf(client, name)) === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  throw new Error(`The table ${name} did not become active; it was probably being made when the process was killed. Remove its data.`);
};

const makeTables = async (url: string, tables: TableServerOptions['tables']): Promise<void> => {
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    for (const table of tables) await makeTable(client, table);
  } finally {
    client.destroy();
  }
};

/**
 * Starts the server.
 * @throws FolderInUse, and Error when the port is taken
 */
export const startTableServer = async (options: TableServerOptions): Promise<TableServer> => {
  // of its own lock dynalite says nothing, and never answers
  const release = lockFolder(options.folder);
  const server = dynalite({ path: join(options.folder, 'level'), createTableMs: 0 });
  const close = once(async () => {
    await closeServer(server);
    release();
  });
  server.prependListener('request', (request) => {
    // no page of a web site may talk to the tables
    if (!isLoopbackHost(request.headers.host) || request.headers.origin !== undefined) request.destroy();
  });
  try {
    const listening = await listen(server, options.port);
    await makeTables(listening.url, options.tables);
    return { ...listening, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
};
