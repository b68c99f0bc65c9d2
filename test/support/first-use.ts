// The first use of a plan's parts, as a client of the local run would: each part must do what the service is there for.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { dynamoClient, dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { ROUTES, routeName, SCOPES } from '../../functions/core/lookup/routes.ts';
import type { ApiPlan } from '../../infra/local/api.ts';
import { PAGE_ORIGINS } from '../../infra/local/assembly.ts';
import type { MappingPlan } from '../../infra/local/compute.ts';
import { clientSettings } from '../../infra/local/environment.ts';
import { startFront } from '../../infra/local/http-front.ts';
import { openIssuer } from '../../infra/local/issuer.ts';
import type { Running } from '../../infra/local/plan.ts';
import { doneAfter } from '../../infra/local/poller.ts';
import { holdPort } from '../../infra/local/port.ts';
import { type Servers, startServers } from '../../infra/local/servers.ts';
import type { Storage } from '../../infra/local/storage.ts';
import { fullRecord } from './record-samples.ts';

const HOST = '127.0.0.1';
const ANSWER = 204;
const TIMEOUT_MS = 1000;
const AN_ID = 'a'.repeat(22);

const expectThat = (holds: boolean, line: string): void => {
  if (!holds) throw new Error(line);
};

/** Asks every route without a token, with a token of another scope, and as it should be asked. */
export const useApi = async (api: ApiPlan, folder: string): Promise<void> => {
  const issuer = await openIssuer(folder, api.authorizer);
  const { port, release } = await holdPort(HOST, 0);
  await release();
  const plan = { host: HOST, port, api, jwks: issuer.jwks, open: false, uploadOrigin: `http://${HOST}` };
  const basis = { functionName: 'lookup', memoryMb: 128 };
  const front = await startFront(plan, { handler: async () => ({ statusCode: ANSWER }), basis, timeoutMs: TIMEOUT_MS });
  try {
    for (const { method, path, scope } of ROUTES) {
      const url = `http://${HOST}:${port}${path.replace('{id}', AN_ID)}`;
      const ask = async (token?: string): Promise<number> =>
        (await fetch(url, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).status;
      const others = SCOPES.filter((one) => one !== scope);
      const answers = [await ask(), await ask(await issuer.token({ scopes: others })), await ask(await issuer.token({ scopes: [scope] }))];
      const right = String([401, 403, ANSWER]);
      expectThat(
        String(answers) === right,
        `${routeName({ method, path, scope } as (typeof ROUTES)[number])} answers ${answers} and not ${right}`,
      );
    }
  } finally {
    await front.close();
  }
};

/** One of two messages fails. */
export const useMappings = (mappings: readonly MappingPlan[]): void => {
  for (const { queueName, partialFailures } of mappings) {
    const done = doneAfter(['poison', 'sound'], { batchItemFailures: [{ itemIdentifier: 'poison' }] }, partialFailures);
    expectThat(String(done) === 'sound', `a poison message of ${queueName} brings its whole batch back`);
  }
};

const useBucket = async ({ endpoints, queues }: Servers, { buckets }: Storage, queueName: string): Promise<void> => {
  const s3 = new S3Client(clientSettings(endpoints.s3));
  const at = { Bucket: buckets[0]?.name ?? '', Key: 'first.jpg' };
  const [origin] = PAGE_ORIGINS;
  try {
    const { VersionId } = await s3.send(new PutObjectCommand({ ...at, Body: 'first' }));
    await s3.send(new DeleteObjectCommand(at));
    expectThat(VersionId !== undefined, 'the bucket keeps no versions');
    const { visible } = queues.counts(queueName);
    expectThat(visible === 2, `a picture that came and went makes ${visible} messages in ${queueName} and not 2`);
    const headers = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };
    const asked = await fetch(`${endpoints.s3}/${at.Bucket}/${at.Key}`, { method: 'OPTIONS', headers });
    expectThat(asked.headers.get('access-control-allow-origin') === origin, 'the page may not upload');
  } finally {
    s3.destroy();
  }
};

const useTable = async ({ endpoints }: Servers, { tables }: Storage): Promise<void> => {
  const client = dynamoClient('us-east-1', clientSettings(endpoints.dynamodb));
  const store = dynamoRecords({ client, tableName: tables[0]?.TableName ?? '', now: Date.now });
  const record = await fullRecord('first.jpg');
  try {
    await store.put(record, undefined);
    const listed = await store.listByKey({ bucket: record.bucket, prefix: 'first', limit: 1 });
    const changed = await store.changes({ until: Date.now(), limit: 1 });
    const same = await store.bySha256(record.picture?.sha256 ?? '');
    for (const found of [listed.records[0], changed.records[0], same]) expectThat(found?.id === record.id, 'a record is not found again');
  } finally {
    client.destroy();
  }
};

/** Starts the servers, puts a picture and removes it, stores a record and finds it in every way. */
export const useStorage = async (storage: Storage, { mappings }: Running, parentFolder: string): Promise<void> => {
  const folder = join(parentFolder, 'data');
  mkdirSync(folder);
  const servers = await startServers({ folder, storage, s3Port: 0, open: true, onEvents: async () => {} });
  try {
    await useBucket(servers, storage, mappings[0]?.queueName ?? '');
    await useTable(servers, storage);
  } finally {
    for (const close of servers.closers) await close();
  }
};
