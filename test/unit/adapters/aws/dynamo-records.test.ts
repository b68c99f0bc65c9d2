// What happens to records when DynamoDB or the network misbehaves. The promises without faults are in test/contract.
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { dynamoRecords } from '../../../../functions/adapters/aws/dynamo-records.ts';
import { ServiceUnavailable } from '../../../../functions/core/errors.ts';
import { localDynamo, startTable } from '../../../support/dynalite-table.ts';
import { fullRecord, sampleRecord } from '../../../support/record-samples.ts';

const NOW = 1_800_000_000_000;

/** What goes wrong with one request: answered with this status and error, or executed with its answer lost. */
type Fault = { status: number; error: string } | 'lost answer' | undefined;

const refuse = (status: number, error: string): Fault => ({ status, error });

let end: () => Promise<void>;
afterEach(() => end());

/** A store on a server whose faults `faultOf` decides by operation and number of the request; `operations` are those that arrived. */
const openStore = async (faultOf: (operation: string, number: number) => Fault = () => undefined, attempts = 4) => {
  const operations: string[] = [];
  let armed = false;
  const wrap =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      if (!armed) return listener(request, response);
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const fault = faultOf(operation, operations.push(operation));
      if (fault === undefined) return listener(request, response);
      if (fault !== 'lost answer') {
        response.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${fault.error}` }));
        return;
      }
      response.end = () => response.destroy() as typeof response;
      listener(request, response);
    };
  const table = await startTable(wrap);
  const client = localDynamo(table.url, attempts);
  end = async () => {
    client.destroy();
    await table.close();
  };
  armed = true;
  let now = NOW;
  const store = dynamoRecords({ client, tableName: table.tableName, now: () => now });
  return { store, client, tableName: table.tableName, operations, setNow: (ms: number) => (now = ms) };
};

describe('a write', () => {
  it('that took long gets a new place in the change feed, unless someone has written since', async () => {
    let delay = (): void => {};
    const { store, setNow } = await openStore((operation) => {
      if (operation === 'PutItem') delay();
      return undefined;
    });
    const record = await fullRecord('a', { changedAt: NOW - 1 });
    delay = () => setNow(NOW + 5000);
    expect(await store.put(record, undefined)).toBe(true);
    expect(await store.get(record.id)).toEqual({ ...record, changedAt: NOW + 5000, revision: record.revision + 1 });
    expect(await store.put({ ...record, revision: record.revision + 1 }, record.revision)).toBe(false);
  });

  it('that was committed although its answer was lost counts as written', async () => {
    const { store, operations } = await openStore((operation, number) =>
      operation === 'PutItem' && number <= 2 ? 'lost answer' : undefined,
    );
    const record = await fullRecord('a');
    expect(await store.put(record, undefined)).toBe(true);
    expect(operations.filter((operation) => operation === 'PutItem')).toHaveLength(3);
    expect(await store.get(record.id)).toEqual(record);
  });

  it('that comes second on a retry does not count as written', async () => {
    let puts = 0;
    const { store } = await openStore((operation) =>
      operation === 'PutItem' && ++puts === 2 ? refuse(500, 'InternalServerError') : undefined,
    );
    const record = await fullRecord('a');
    expect(await store.put(record, undefined)).toBe(true);
    expect(await store.put({ ...record, lease: { owner: 'another', until: NOW } }, undefined)).toBe(false);
    expect(await store.get(record.id)).toEqual(record);
  });

  it('is one request, and a refused one too', async () => {
    const { store, operations } = await openStore();
    const record = await sampleRecord('a');
    await store.put(record, undefined);
    await store.put(record, undefined);
    expect(operations).toEqual(['PutItem', 'PutItem']);
  });

  it('takes the place of an expired tombstone, which looks absent', async () => {
    const { store, setNow } = await openStore();
    const tombstone = await sampleRecord('a', { state: 'DELETED', expiresAt: NOW / 1000 + 60 });
    await store.put(tombstone, undefined);
    expect(await store.get(tombstone.id)).toEqual(tombstone);
    expect(await store.put({ ...tombstone, message: 'too early' }, undefined)).toBe(false);
    setNow(NOW + 60_000);
    expect(await store.get(tombstone.id)).toBeUndefined();
    expect(await store.getMany([tombstone.id])).toEqual([undefined]);
    expect((await store.listByKey({ bucket: 'photos', prefix: '', limit: 10 })).records).toEqual([]);
    const anew = await sampleRecord('a');
    expect(await store.put(anew, undefined)).toBe(true);
    expect(await store.get(anew.id)).toEqual(anew);
  });
});

describe('reads', () => {
  it('that happen at once share requests; a single one is a GetItem', async () => {
    const { store, operations } = await openStore();
    const records = await Promise.all(Array.from({ length: 150 }, (_, n) => sampleRecord(`${n}`)));
    await Promise.all(records.map(({ id }) => store.get(id)));
    expect(operations).toEqual(['BatchGetItem', 'BatchGetItem']);
    await store.get('x');
    expect(operations.at(-1)).toBe('GetItem');
  });

  it('of ids that cannot be fail no others', async () => {
    const { store } = await openStore();
    const record = await sampleRecord('a');
    await store.put(record, undefined);
    const ids = [record.id, '', 'x'.repeat(2049)];
    expect(await Promise.all(ids.map((id) => store.get(id)))).toEqual([record, undefined, undefined]);
    expect(await store.getMany(ids)).toEqual([record, undefined, undefined]);
  });

  it('ask again for what was left out, and not for ever', async () => {
    const { store, client } = await openStore();
    const records = await Promise.all(['a', 'b', 'c'].map((key) => sampleRecord(key)));
    for (const record of records) await store.put(record, undefined);
    let leaveOut = 2;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const output = result.output as { Responses?: Record<string, unknown[]>; UnprocessedKeys?: unknown };
        if (output.Responses && leaveOut-- > 0) {
          const missing = output.Responses.captions?.pop() as { pk: unknown } | undefined;
          output.UnprocessedKeys = { captions: { Keys: [{ pk: missing?.pk }] } };
        }
        return result;
      },
      { step: 'initialize' },
    );
    const ids = records.map(({ id }) => id);
    expect(await store.getMany(ids)).toEqual(records);
    leaveOut = Number.POSITIVE_INFINITY;
    await expect(store.getMany(ids)).rejects.toThrow(ServiceUnavailable);
  });

  it.each([
    { fault: refuse(400, 'ProvisionedThroughputExceededException'), code: 'UNAVAILABLE', name: 'ProvisionedThroughputExceededException' },
    { fault: refuse(503, 'ServiceUnavailable'), code: 'UNAVAILABLE', name: 'ServiceUnavailable' },
    { fault: refuse(400, 'ResourceNotFoundException'), code: 'INTERNAL', name: 'ResourceNotFoundException' },
    { fault: 'lost answer' as const, code: 'UNAVAILABLE', name: 'ECONNRESET' },
  ])('that fail with $name are $code', async ({ fault, code, name }) => {
    const { store, operations } = await openStore(() => fault, 2);
    const failed = await Promise.allSettled([
      store.get('a'),
      store.get('b'),
      store.listByKey({ bucket: 'b', prefix: 'secret-key', limit: 1 }),
    ]);
    for (const result of failed) expect(result).toMatchObject({ status: 'rejected', reason: { code } });
    const [first] = failed;
    const message = first.status === 'rejected' ? first.reason.message : '';
    expect(message).toMatch(new RegExp(`^the table (did not answer|refused the request): ${name}$`));
    expect(operations.length).toBe(code === 'UNAVAILABLE' ? 4 : 2);
  });

  it('succeed under 30 % throttling', async () => {
    let seed = 7;
    const { store } = await openStore(() => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % 10 < 3 ? refuse(400, 'ThrottlingException') : undefined;
    });
    const records = await Promise.all(Array.from({ length: 30 }, (_, n) => fullRecord(`${n}`)));
    const write = async (record: (typeof records)[number]): Promise<boolean> => {
      for (;;) {
        try {
          return await store.put(record, undefined);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ServiceUnavailable);
        }
      }
    };
    expect(await Promise.all(records.map(write))).toEqual(records.map(() => true));
    expect((await store.listByKey({ bucket: 'photos', prefix: '', limit: 100 })).records).toHaveLength(30);
  });
});
