// Tables of an older version on disk: they get their new indexes, and no item is lost, also when that is stopped in between.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BatchWriteItemCommand, DescribeTableCommand, DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startTableServer } from '../../../infra/local/servers/table-server.ts';
import { createTableInput } from '../../support/dynalite-table.ts';
import { CREDENTIALS, temporaryFolder } from '../../support/object-servers.ts';

const NOW = createTableInput('records');
const BEFORE = {
  ...NOW,
  AttributeDefinitions: NOW.AttributeDefinitions?.filter(({ AttributeName }) => AttributeName !== 'risk_id'),
  GlobalSecondaryIndexes: NOW.GlobalSecondaryIndexes?.filter(({ IndexName }) => IndexName !== 'byRisk'),
};
const OTHER = { ...BEFORE, TableName: 'of-another-stack' };
const ITEMS = 60;
const WIDE = 'x'.repeat(3_000);

const itemOf = (at: number) => ({
  pk: { S: `r${String(at).padStart(3, '0')}` },
  bucket: { S: 'photos' },
  key: { S: `k${at}` },
  text: { S: WIDE },
  // what the new index is about may be there already
  ...(at % 2 === 0 && { risk_id: { S: String(999 - at) } }),
});

const serving = async <T>(
  folder: string,
  tables: readonly (typeof NOW)[],
  work: (client: DynamoDBClient, url: string) => Promise<T>,
): Promise<T> => {
  const server = await startTableServer({ folder, port: 0, tables });
  const client = new DynamoDBClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS });
  try {
    return await work(client, server.url);
  } finally {
    client.destroy();
    await server.close();
  }
};

const fill = async (client: DynamoDBClient, name: string): Promise<void> => {
  for (let at = 0; at < ITEMS; at += 20) {
    const requests = Array.from({ length: 20 }, (_, i) => ({ PutRequest: { Item: itemOf(at + i) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }));
  }
};

const oldFolder = async (): Promise<string> => {
  const folder = temporaryFolder();
  await serving(folder, [BEFORE as typeof NOW, OTHER as typeof NOW], async (client) => {
    await fill(client, 'records');
    await fill(client, 'of-another-stack');
  });
  return folder;
};

const allOf = async (client: DynamoDBClient, name: string): Promise<unknown[]> => {
  const items: Record<string, { S?: string }>[] = [];
  let start: Record<string, { S: string }> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: name, ...(start && { ExclusiveStartKey: start }) }));
    items.push(...((page.Items ?? []) as typeof items));
    start = page.LastEvaluatedKey as typeof start;
  } while (start !== undefined);
  return items.toSorted((a, b) => ((a.pk?.S ?? '') < (b.pk?.S ?? '') ? -1 : 1));
};

const EXPECTED = Array.from({ length: ITEMS }, (_, at) => itemOf(at));

/** Everything is there, and the new index answers for the items that it is about. */
const expectNew = (folder: string): Promise<void> =>
  serving(folder, [NOW], async (client) => {
    expect(await allOf(client, 'records')).toEqual(EXPECTED);
    expect(await allOf(client, 'of-another-stack')).toEqual(EXPECTED);
    const query = { TableName: 'records', IndexName: 'byRisk', KeyConditionExpression: '#b = :b' };
    const names = { ExpressionAttributeNames: { '#b': 'bucket' }, ExpressionAttributeValues: { ':b': { S: 'photos' } } };
    const { Items = [] } = await client.send(new QueryCommand({ ...query, ...names }));
    expect(Items).toHaveLength(ITEMS / 2);
    expect(Items[0]?.pk?.S).toBe('r058');
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'of-another-stack' }));
    expect(Table?.GlobalSecondaryIndexes).toHaveLength(3);
    for (const rest of ['level.new', 'level.old']) expect(existsSync(join(folder, rest))).toBe(false);
  });

describe('a table of an older version', () => {
  it('gets its new index, with all items; tables that nobody asks for stay', async () => {
    const folder = await oldFolder();
    await expectNew(folder);
    await expectNew(folder);
  });

  it('is whole after a copy that was stopped early, between its two renames, or before it had tidied up', async () => {
    const stoppedEarly = await oldFolder();
    mkdirSync(join(stoppedEarly, 'level.new'));
    writeFileSync(join(stoppedEarly, 'level.new', 'CURRENT'), 'half');
    await expectNew(stoppedEarly);

    const between = await oldFolder();
    const copied = temporaryFolder();
    cpSync(between, copied, { recursive: true });
    await expectNew(copied);
    cpSync(join(copied, 'level'), join(between, 'level.new'), { recursive: true });
    renameSync(join(between, 'level'), join(between, 'level.old'));
    await expectNew(between);

    const untidy = await oldFolder();
    await expectNew(untidy);
    mkdirSync(join(untidy, 'level.old'));
    await expectNew(untidy);

    const onlyOld = await oldFolder();
    renameSync(join(onlyOld, 'level'), join(onlyOld, 'level.old'));
    await expectNew(onlyOld);
  });

  it('loses nothing to kill -9 at any moment', async () => {
    const folder = await oldFolder();
    const child = new URL('../../support/table-server-child.ts', import.meta.url);
    for (const pauseMs of [350, 450, 550, 700]) {
      const process = fork(child, [folder, JSON.stringify([NOW])], { execArgv: [] });
      await setTimeout(pauseMs);
      process.kill('SIGKILL');
      await once(process, 'exit');
    }
    await expectNew(folder);
  });
});
