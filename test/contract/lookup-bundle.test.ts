// The lookup function as it is deployed: bundled, in a process of its own, with only its settings, against a table server.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import type { ApiResult } from '../../functions/handlers/http/api-lambda.ts';
import { altOfImageSchema } from '../../functions/handlers/http/outputs/output-schemas.ts';
import { changesSchema, imageSchema, imagesSchema, modelsSchema, uploadSchema } from '../../functions/handlers/http/schemas.ts';
import { type BundleName, bundle, MAX_BUNDLE_BYTES, writeModelCards } from '../../infra/bundles.ts';
import { CALLERS, readyRecord } from '../support/api.ts';
import { type LocalTable, localDynamo, startTable } from '../support/dynalite-table.ts';

const FUNCTION: BundleName = 'lookup';
const PACKAGE = fileURLToPath(new URL('../fixtures/tiny-package', import.meta.url));
const PROGRAM = "const { handler } = require('./index.js');\nprocess.on('message', async (event) => process.send(await handler(event)));\n";

const folder = mkdtempSync(join(tmpdir(), 'lookup-'));
const record = await readyRecord('shop/a b.jpg');
let table: LocalTable;
let child: ChildProcess;
let bytes: number;

/** As a browser without a session. */
const visit = async (rawPath: string): Promise<ApiResult> => {
  const http = { method: 'GET' };
  child.send({ rawPath, rawQueryString: '', headers: { accept: 'text/html' }, isBase64Encoded: false, requestContext: { http } });
  const [result] = (await once(child, 'message')) as [ApiResult];
  return result;
};

const ask = async (method: string, rawPath: string, rawQueryString = '', body?: object): Promise<{ status: number; json: unknown }> => {
  child.send({
    rawPath,
    rawQueryString,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: { http: { method }, authorizer: CALLERS.both },
  });
  const [{ statusCode, body: text }] = (await once(child, 'message')) as [ApiResult];
  return { status: statusCode, json: text === '' ? undefined : JSON.parse(text) };
};

beforeAll(async () => {
  bytes = bundle(FUNCTION, folder).bytes;
  writeModelCards([PACKAGE], folder);
  writeFileSync(join(folder, 'program.js'), PROGRAM);
  table = await startTable();
  const client = localDynamo(table.url);
  await dynamoRecords({ client, tableName: table.tableName, now: Date.now }).put(record, undefined);
  client.destroy();
  child = fork(join(folder, 'program.js'), {
    cwd: folder,
    execArgv: [],
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      TABLE_NAME: table.tableName,
      UPLOADS_BUCKET: record.bucket,
      KEY_FILTER: '{"keyPrefixes":[],"keySuffixes":[],"outputPrefix":""}',
      CURSOR_SECRET: 'a secret of thirty-two characters',
      MODEL_CARDS_FILE: 'model-cards.json',
      RULE_PACKS_FILE: 'rule-packs.json',
      MAX_PICTURE_BYTES: '1000000',
      CHANGES_SETTLE_MS: '0',
      TOMBSTONE_DAYS: '30',
      GENDER_NEUTRAL: 'true',
      ANALYSIS: 'off',
      TEXT_READER: 'off',
      SPEECH: 'off',
      TRANSLATE: 'off',
      JWT_ISSUER: 'https://login.example.com/',
      JWT_AUDIENCE: 'captions-api',
    },
  });
});

afterAll(async () => {
  child.kill();
  await table.close();
  rmSync(folder, { recursive: true });
});

describe('the bundled lookup function', () => {
  it('is small', () => {
    expect(bytes).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
  });

  it('finds by key, by id, by prefix and by change', async () => {
    expect(imageSchema.parse((await ask('GET', '/v1/images', 'key=shop/a%20b.jpg')).json)).toMatchObject({
      id: record.id,
      key: record.key,
    });
    expect(altOfImageSchema.parse((await ask('GET', `/v1/images/${record.id}/alt`)).json).alt).toBe('A cat on a mat.');
    expect(imagesSchema.parse((await ask('GET', '/v1/images', 'prefix=shop/&state=READY')).json).images).toHaveLength(1);
    const { changes, next } = changesSchema.parse((await ask('GET', '/v1/changes')).json);
    expect(changes.map(({ id }) => id)).toEqual([record.id]);
    expect(changesSchema.parse((await ask('GET', '/v1/changes', `since=${next}`)).json)).toMatchObject({ changes: [], more: false });
  });

  it('names what is wrong in words', async () => {
    expect((await ask('GET', '/v1/images', 'limit=0')).json).toMatchObject({
      errors: [{ field: 'limit', message: expect.stringMatching(/small.*1$/) }],
    });
  });

  it('signs uploads for a size and a type', async () => {
    const { status, json } = await ask('POST', '/v1/uploads', '', { key: 'shop/new.png', contentType: 'image/png', bytes: 123 });
    const { url, headers } = uploadSchema.parse(json);
    expect(status).toBe(201);
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(headers).toEqual({ 'content-type': 'image/png', 'content-length': '123' });
  });

  it('serves the page with its files, which are as small as they can be', async () => {
    const page = await visit('/');
    expect([page.statusCode, page.headers['content-type']]).toEqual([401, 'text/html; charset=UTF-8']);
    expect(page.body).toContain('name="token"');
    for (const name of ['page.css', 'page.js', 'favicon.svg', 'fill-alt.js']) {
      const file = await visit(`/${name}`);
      expect([file.statusCode, /\n {2}/.test(file.body)]).toEqual([200, false]);
      expect(page.body.includes(`/${name}?v=${file.headers.etag?.replaceAll('"', '')}`)).toBe(name !== 'fill-alt.js');
    }
  });

  it('shows its model cards', async () => {
    expect(modelsSchema.parse((await ask('GET', '/v1/model')).json).models[0]).toHaveProperty('card');
  });

  it('deletes a record', async () => {
    expect((await ask('DELETE', `/v1/images/${record.id}`)).status).toBe(204);
    expect((await ask('GET', `/v1/images/${record.id}`)).status).toBe(404);
    expect(changesSchema.parse((await ask('GET', '/v1/changes')).json).changes).toMatchObject([{ state: 'DELETED' }]);
  });
});
