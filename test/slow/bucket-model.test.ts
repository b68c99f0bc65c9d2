// The local run with the worker's package in a bucket: fetched when it is there, and every text names it.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalService } from '../../infra/local/service.ts';
import { eventually, finalImage, imageOf, photo, startForTest, temporaryFolder } from '../support/local-service.ts';
import { isSaidBy, tellablePackage } from '../support/tellable-package.ts';

const BUCKET = 'my-models';
const dataFolder = temporaryFolder();
const models = temporaryFolder();
const large = tellablePackage(models, 'large');
let running: Awaited<ReturnType<typeof startForTest>>;
let service: LocalService;

const logOfWorker = (): string => readFileSync(join(dataFolder, 'logs', 'worker.log'), 'utf8');

beforeAll(async () => {
  const workerModel = `s3://${BUCKET}/packages/large@sha256:${large.digest}`;
  running = await startForTest({ dataFolder, context: { gpu: 'on-demand', workerModel, refine: 'all' } });
  service = running.service;
}, 180_000);

afterAll(async () => {
  running.s3.destroy();
  await service.stop();
  for (const folder of [dataFolder, models]) rmSync(folder, { recursive: true, force: true });
});

it('says in one line that the package is not there, and takes it once it is', async () => {
  await eventually('the refusal', () => (logOfWorker().includes('refused: manifest.json could not be read') ? true : undefined));
  await fetch(`${service.s3Url}/${service.bucket}/cat.jpg`, { method: 'PUT', body: await photo('cat.jpg') });
  await finalImage(service, 'cat.jpg');
  for (const name of readdirSync(large.folder)) {
    await running.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: `packages/large/${name}`, Body: readFileSync(join(large.folder, name)) }),
    );
  }
  const image = await eventually('the refined text', async () => {
    const found = await imageOf(service, 'cat.jpg');
    return found?.machine?.model === large.model ? found : undefined;
  });
  expect(image.texts.alt).toMatchObject({ model: large.model });
  expect(isSaidBy('large', image.texts.alt?.text ?? '')).toBe(true);
  expect(image).toMatchObject({ refine: 'done', refinedBy: large.model, machine: { route: 'gpu' } });
  expect(readdirSync(join(dataFolder, 'models'))).toEqual(['large']);
  expect(logOfWorker()).not.toMatch(/^\s+at /m);
}, 180_000);
