// The ingest function as it is deployed: its bundle in a bare folder, layers for packages and model, AWS's protocols around it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { USUAL_STAGES } from '../../functions/core/facts/facts.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import type { ObjectEvent } from '../../functions/core/record/object-event.ts';
import { bundle } from '../../infra/bundles.ts';
import { stagePackages } from '../../infra/model-packages.ts';
import { buildModelLayer, LAYER_MODELS } from '../../layers/model.ts';
import { buildNativeLayer, localNodePath } from '../../layers/native.ts';
import { REPOSITORY } from '../../layers/places.ts';
import { localDynamo, startTable } from '../support/dynalite-table.ts';
import { startObjects } from '../support/object-servers.ts';
import { bridgeBody, sqsEvent } from '../support/s3-messages.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { temporaryFolder } from '../support/tiny-package.ts';

const PHOTO = fileURLToPath(new URL('../fixtures/photos/cat.jpg', import.meta.url));
const KEY = 'photos/a cat+dog.jpg';
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

/** Bundle and layers in a folder of their own, as Lambda has them in /var/task and /opt. */
const deployed = async () => {
  const folder = await temporaryFolder();
  bundle('ingest', join(folder, 'task'));
  buildNativeLayer(architecture, join(folder, 'opt'));
  for (const found of [join(REPOSITORY, 'models/m2'), ...stagePackages(USUAL_STAGES)]) buildModelLayer(found, join(folder, 'opt'));
  const nodePath = localNodePath(architecture, join(folder, 'opt'));
  return { task: join(folder, 'task'), env: { NODE_PATH: nodePath, MODELS_DIR: join(folder, 'opt', LAYER_MODELS), MODEL: 'm2' } };
};

const SETTINGS = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  EVENT_BUS_NAME: 'captions',
  REFINE: 'none',
  RULE_PACKS: 'instagram,amazon-main',
  RULE_PACKS_FILE: 'rule-packs.json',
  LEASE_SECONDS: '120',
  MAX_RECEIVES: '5',
  TOMBSTONE_DAYS: '30',
  USD_PER_SECOND: '0.00003',
  DECODE_TIMEOUT_MS: '60000',
  ANALYSIS: USUAL_STAGES.join(','),
  STAGE_TIMEOUT_MS: '60000',
};

/** One call in a process that has nothing but this environment. */
const call = async (task: string, env: Record<string, string>, event: SQSEvent): Promise<unknown> => {
  const program = `require('./index.js').handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60_000 }).then((answer) =>
    process.stdout.write('\\n' + JSON.stringify(answer), () => process.exit()))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { cwd: task, env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
};

it('captions an object with nothing but its bundle and layers', async () => {
  const { task, env } = await deployed();
  const { client, changes, url } = await startObjects();
  const table = await startTable();
  const bus = await scriptedServer((response, { body }) => {
    const { Entries }: { Entries: unknown[] } = JSON.parse(body);
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: String(i) })) }));
  });
  onTestFinished(async () => {
    await Promise.all([table.close(), bus.close()]);
  });
  await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: KEY, Body: readFileSync(PHOTO) }));
  const [change] = changes;
  if (change === undefined) throw new Error('the upload was not told');
  const { bucket, key, etag, size, sequencer, versionId, time } = change;
  const event: ObjectEvent = {
    kind: 'created',
    bucket,
    key,
    etag,
    size,
    sequencer,
    at: time,
    ...(versionId !== undefined && { versionId }),
  };

  const endpoints = { AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_DYNAMODB: table.url, AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url };
  const settings = { ...env, ...SETTINGS, ...endpoints, TABLE_NAME: table.tableName };
  const answer = await call(task, settings, sqsEvent([{ id: 'one', body: bridgeBody(event), receives: 1 }]));

  expect(answer).toEqual({ batchItemFailures: [] });
  const dynamo = localDynamo(table.url);
  onTestFinished(() => dynamo.destroy());
  const record = await dynamoRecords({ client: dynamo, tableName: table.tableName, now: Date.now }).get(await imageId(bucket, key));
  expect(record).toMatchObject({
    key: KEY,
    state: 'READY',
    picture: { width: 451, height: 300, format: 'jpeg', bytes: size, dhash: expect.stringMatching(/^[0-9a-f]{16}$/) },
    facts: { by: Object.fromEntries(USUAL_STAGES.map((stage) => [stage, expect.any(String)])) },
    machine: { model: expect.stringMatching(/^m2@/), plain: expect.stringContaining('cat'), route: 'lambda' },
  });
  expect(record?.facts).not.toHaveProperty('failed');
  const told: { Entries: { DetailType: string; Detail: string }[] }[] = bus.asked.map(({ body }) => JSON.parse(body));
  expect(told.map(({ Entries }) => Entries.map(({ DetailType }) => DetailType))).toEqual([['caption.ready', 'image.rules.failed']]);
  // the photo shows a scene, and is too small
  const { rules }: { rules: { pack: string; verdicts: { check: string }[] }[] } = JSON.parse(told[0]?.Entries[1]?.Detail ?? '');
  expect(rules.map(({ pack }) => pack)).toEqual(['amazon-main']);
  expect(rules[0]?.verdicts.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['longest-side', 'background-share', 'background-white']),
  );
});
