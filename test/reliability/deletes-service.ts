// Figure 25 on the whole service: deletes before, during and after processing, then all old events again. Nothing may be left or come back.
import { rmSync } from 'node:fs';
import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { imageId } from '../../functions/core/record/image-id.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { eventually, finalImage, imageOf, temporaryFolder } from '../support/local-service.ts';
import { type QuickService, startQuick } from '../support/quick-service.ts';
import { randomFrom, shuffled } from '../support/random.ts';
import { bridgeBody } from '../support/s3-messages.ts';
import { type Inside, insideOf } from '../support/service-inside.ts';
import { numberedPicture } from '../support/worker-load.ts';

const KEYS = 80;
const SEED = 25101;
const REPLAYS = 3;
const GONE_WITHIN_MS = 60_000;
const POLL_MS = 5;

/** When the client deletes, seen from the processing of its upload. */
const WHEN = ['before', 'during', 'after', 'by version', 'by the API'] as const;
type When = (typeof WHEN)[number];

type Deleted = { key: string; when: When; etag: string; lastModified: number };

const untilClaimed = async (inside: Inside, key: string): Promise<void> => {
  const until = Date.now() + GONE_WITHIN_MS;
  while (Date.now() < until) {
    if ((await inside.records()).some((record) => record.key === key)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`nobody claims ${key}`);
};

const uploadAndDelete = async ({ service, s3 }: QuickService, inside: Inside, number: number): Promise<Deleted> => {
  const when = WHEN[number % WHEN.length] ?? 'before';
  const at = { Bucket: service.bucket, Key: `${when} ${number}.png` };
  const { ETag = '', VersionId } = await s3.send(new PutObjectCommand({ ...at, Body: await numberedPicture(number) }));
  const { LastModified } = await s3.send(new HeadObjectCommand(at));
  if (when === 'during') await untilClaimed(inside, at.Key);
  if (when === 'after' || when === 'by version' || when === 'by the API') await finalImage(service, at.Key);
  const byVersion = when === 'by version' && VersionId !== undefined ? { VersionId } : {};
  if (when === 'by the API') {
    await fetch(`${service.apiUrl}/v1/images/${await imageId(at.Bucket, at.Key)}?object=true`, { method: 'DELETE' });
  } else await s3.send(new DeleteObjectCommand({ ...at, ...byVersion }));
  return { key: at.Key, when, etag: ETag.replaceAll('"', ''), lastModified: LastModified?.getTime() ?? 0 };
};

const isGone = ({ state, texts, machine, picture, etag }: CaptionRecord): boolean =>
  state === 'DELETED' && Object.keys(texts).length === 0 && machine === undefined && picture === undefined && etag === undefined;

/** Keys of which something is left: in the table, in answers by key and by id, in the list, in the change feed, in the bucket. */
const leftOf = async ({ service, s3 }: QuickService, inside: Inside, deleted: readonly Deleted[]): Promise<string[]> => {
  const records = await inside.records();
  const left = records.filter((record) => !isGone(record)).map(({ key }) => `record of ${key}`);
  for (const { key } of deleted) {
    const byId = await fetch(`${service.apiUrl}/v1/images/${await imageId(service.bucket, key)}`);
    if ((await imageOf(service, key)) !== undefined || byId.status !== 404) left.push(`answer about ${key}`);
  }
  const listed = (await (await fetch(`${service.apiUrl}/v1/images?prefix=`)).json()) as { images: { key: string }[] };
  left.push(...listed.images.map(({ key }) => `entry of the list, ${key}`));
  const feed = (await (await fetch(`${service.apiUrl}/v1/changes?limit=100`)).json()) as { changes: { key: string; state: string }[] };
  left.push(...feed.changes.filter(({ state }) => state !== 'DELETED').map(({ key }) => `change of ${key}`));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: service.bucket }));
  return [...left, ...Contents.map(({ Key }) => `object ${Key}`)];
};

/** The old events, and what a listing that began before the deletes would have found. */
const replay = async ({ service }: QuickService, inside: Inside, deleted: readonly Deleted[]): Promise<number> => {
  const kept = await inside.takeKept();
  const observed = deleted.map(({ key, etag, lastModified }) =>
    bridgeBody({ kind: 'observed', bucket: service.bucket, key, etag, size: 1, sequencer: '', at: lastModified }),
  );
  const bodies = shuffled(Array.from({ length: REPLAYS }, () => [...kept, ...observed]).flat(), randomFrom(SEED));
  await inside.send('UploadsQueueUrl', bodies);
  return bodies.length;
};

const main = async (): Promise<void> => {
  const dataFolder = temporaryFolder();
  const running = await startQuick(dataFolder);
  const inside = insideOf(running);
  const deleted: Deleted[] = [];
  for (let number = 0; number < KEYS; number++) deleted.push(await uploadAndDelete(running, inside, number));
  const began = performance.now();
  const nothing = async (): Promise<true | undefined> => ((await leftOf(running, inside, deleted)).length === 0 ? true : undefined);
  await eventually('nothing is left', nothing).catch(() => undefined);
  const goneMs = performance.now() - began;
  await inside.idle();
  const left = await leftOf(running, inside, deleted);
  const replayed = await replay(running, inside, deleted);
  await inside.idle();
  const resurrected = await leftOf(running, inside, deleted);
  const dead = (await inside.count('UploadsDlqUrl')) + (await inside.count('InferenceDlqUrl'));
  for (const line of [...left, ...resurrected].slice(0, KEYS)) console.log(`LEFT ${line}`);
  console.log(
    `${KEYS} keys deleted ${WHEN.join(', ')}: ${left.length} left after ${(goneMs / 1000).toFixed(1)} s (target 0 within ${GONE_WITHIN_MS / 1000})`,
  );
  console.log(
    `figure 25, service (seed ${SEED}): ${resurrected.length} resurrected by ${replayed} old events in random order (target 0); ${dead} dead letters`,
  );
  inside.close();
  running.s3.destroy();
  await running.service.stop();
  rmSync(dataFolder, { recursive: true, force: true });
  process.exitCode = left.length + resurrected.length + dead === 0 && goneMs <= GONE_WITHIN_MS ? 0 : 1;
};

if (import.meta.main) await main();
