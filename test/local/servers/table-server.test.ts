// The table server with the real DynamoDB client: tables and indexes are made once, and data stays.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TableServer } from '../../../infra/local/servers/server-types.ts';
import { startTableServer } from '../../../infra/local/servers/table-server.ts';
import { CREDENTIALS, temporaryFolder } from '../../support/object-servers.ts';

const TABLE = {
  TableName: 'records',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: ['pk', 'bucket', 'key'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byKey',
      KeySchema: [
        { AttributeName: 'bucket', KeyType: 'HASH' as const },
        { AttributeName: 'key', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    },
  ],
};

const clientOf = (url: string, maxAttempts = 3): DynamoDBClient => {
  const client = new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts });
  onTestFinished(() => client.destroy());
  return client;
};

const start = async (folder: string): Promise<{ server: TableServer; client: DynamoDBClient }> => {
  const server = await startTableServer({ folder, port: 0, tables: [TABLE] });
  return { server, client: clientOf(server.url) };
};

const put = (client: DynamoDBClient, pk: string) => {
  const Item = { pk: { S: pk }, bucket: { S: 'b' }, key: { S: `key of ${pk}` } };
  return client.send(new PutItemCommand({ TableName: 'records', Item, ConditionExpression: 'attribute_not_exists(pk)' }));
};

describe('the table server', () => {
  it('makes the tables, keeps data over restarts, and refuses a second start', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await put(first.client, 'one');
    await expect(put(first.client, 'one')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await expect(start(folder)).rejects.toThrow('in use by another process');
    await first.server.close();
    const { server, client } = await start(folder);
    await put(client, 'two');
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual(['records']);
    expect((await client.send(new GetItemCommand({ TableName: 'records', Key: { pk: { S: 'one' } } }))).Item?.key?.S).toBe('key of one');
    const query = { TableName: 'records', IndexName: 'byKey', KeyConditionExpression: '#b = :b' };
    const names = { ExpressionAttributeNames: { '#b': 'bucket' }, ExpressionAttributeValues: { ':b': { S: 'b' } } };
    const found = await client.send(new QueryCommand({ ...query, ...names }));
    expect(found.Items?.map(({ pk }) => pk?.S)).toEqual(['one', 'two']);
    await server.close();
  });

  it('loses no confirmed item to kill -9', async () => {
    const folder = temporaryFolder();
    const child = fork(new URL('../../support/table-server-child.ts', import.meta.url), [folder], { execArgv: [] });
    const [url] = (await once(child, 'message')) as [string];
    const client = clientOf(url, 1);
    const confirmed: string[] = [];
    const writing = (async () => {
      for (let at = 0; ; at++) {
        await put(client, `r${at}`);
        if (confirmed.push(`r${at}`) === 1) setTimeout(() => child.kill('SIGKILL'), 300);
      }
    })();
    await expect(writing).rejects.toThrow();
    const again = await start(folder);
    const got = (pk: string) => again.client.send(new GetItemCommand({ TableName: 'records', Key: { pk: { S: pk } } }));
    expect(confirmed.length).toBeGreaterThan(0);
    for (const pk of confirmed) expect((await got(pk)).Item?.pk?.S).toBe(pk);
    await again.server.close();
  });

  it('does not talk to pages of web sites', async () => {
    const { server } = await start(temporaryFolder());
    await expect(fetch(server.url, { method: 'POST', headers: { origin: 'https://evil.example' } })).rejects.toThrow();
    await server.close();
  });
});
