// DynamoDB for one machine: dynalite on disk, on the loopback interface only. Tables that are missing are made; those of an older version get
// their new indexes.
import { join } from 'node:path';
import { CreateTableCommand, type CreateTableCommandInput, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { lockFolder } from '../../../functions/adapters/folder-lock.ts';
import { closeServer, isLoopbackHost, type Listening, listen, once } from './loopback.ts';
import type { TableServer, TableServerOptions } from './server-types.ts';
import { copyTables, finishCopy, lacksIndex, tablesOf, takeCopy } from './table-copy.ts';

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

/** What `work` comes to with a client of the server at `url`. */
const withClient = async <T>(url: string, work: (client: DynamoDBClient) => Promise<T>): Promise<T> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
};

type Database = Listening & { close(): Promise<void> };

/** Serves the database in `folder`/`name`. */
const openDatabase = async (folder: string, name: string, port: number): Promise<Database> => {
  const server = dynalite({ path: join(folder, name), createTableMs: 0 });
  const close = once(() => closeServer(server));
  server.prependListener('request', (request) => {
    // no page of a web site may talk to the tables
    if (!isLoopbackHost(request.headers.host) || request.headers.origin !== undefined) request.destroy();
  });
  try {
    return { ...(await listen(server, port)), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
};

const isOlder = async ({ url }: Database, tables: TableServerOptions['tables']): Promise<boolean> =>
  withClient(url, async (client) =>
    (await tablesOf(client)).some((there) => tables.some((table) => table.TableName === there.TableName && lacksIndex(table, there))),
  );

/** Copies the open database into one with the new indexes, and puts that in its place; the old one is closed. */
const renew = async (old: Database, { folder, tables }: TableServerOptions): Promise<void> => {
  const fresh = await openDatabase(folder, 'level.new', 0);
  try {
    await withClient(old.url, (from) => withClient(fresh.url, (to) => copyTables(from, to, tables, makeTable)));
  } finally {
    await fresh.close();
    await old.close();
  }
  takeCopy(folder);
};

const openTables = async (options: TableServerOptions): Promise<Database> => {
  const { folder, port, tables } = options;
  finishCopy(folder);
  let database = await openDatabase(folder, 'level', port);
  try {
    if (await isOlder(database, tables)) {
      await renew(database, options);
      database = await openDatabase(folder, 'level', port);
    }
    await withClient(database.url, async (client) => {
      for (const table of tables) await makeTable(client, table);
    });
    return database;
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
};

/**
 * Starts the server.
 * @throws FolderInUse, and Error when the port is taken
 */
export const startTableServer = async (options: TableServerOptions): Promise<TableServer> => {
  // of its own lock dynalite says nothing, and never answers
  const release = lockFolder(options.folder);
  try {
    const { url, port, close } = await openTables(options);
    return {
      url,
      port,
      close: once(async () => {
        await close();
        release();
      }),
    };
  } catch (thrown) {
    release();
    throw thrown;
  }
};
