// Figure 20: hostile keys through a real S3 client, the event, the record, the API and back. Every key stays the same, byte for byte.
import { rmSync } from 'node:fs';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { imageId } from '../../functions/core/record/image-id.ts';
import { HOSTILE_KEYS, randomKey } from '../support/hostile-keys.ts';
import { eventually, type ShownImage, temporaryFolder } from '../support/local-service.ts';
import { type QuickService, startQuick } from '../support/quick-service.ts';
import { randomFrom } from '../support/random.ts';
import { type Inside, insideOf } from '../support/service-inside.ts';
import { numberedPicture } from '../support/worker-load.ts';

const SEED = 20001;
const RANDOM_KEYS = 100;
const PAGE = 50;
const GONE_WITHIN_MS = 60_000;

type Wrong = { key: string; where: string };

const sameBytes = (one: string | undefined, other: string): boolean => one !== undefined && Buffer.from(one).equals(Buffer.from(other));

/** Keys of the API's list, page by page. */
const listedByApi = async (apiUrl: string): Promise<string[]> => {
  const keys: string[] = [];
  let cursor = '';
  do {
    const query = new URLSearchParams({ prefix: '', limit: String(PAGE), ...(cursor !== '' && { cursor }) });
    const { images, next } = (await (await fetch(`${apiUrl}/v1/images?${query}`)).json()) as { images: ShownImage[]; next?: string | null };
    keys.push(...images.map(({ key }) => key));
    cursor = next ?? '';
  } while (cursor !== '');
  return keys;
};

const listedByS3 = async ({ s3, service }: QuickService): Promise<string[]> => {
  const keys: string[] = [];
  // XML cannot hold all characters of keys, so S3 encodes them when asked
  const input = { Bucket: service.bucket, EncodingType: 'url', MaxKeys: PAGE } as const;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
    keys.push(...Contents.map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' '))));
  }
  return keys;
};

const imageAt = async (url: string): Promise<ShownImage | undefined> => {
  const response = await fetch(url);
  return response.ok ? ((await response.json()) as ShownImage) : undefined;
};

/** What is wrong with a key whose picture is there. */
const checkKey = async (running: QuickService, events: ReadonlySet<string>, key: string, bytes: Uint8Array): Promise<Wrong[]> => {
  const { s3, service } = running;
  const id = await imageId(service.bucket, key);
  const byKey = await imageAt(`${service.apiUrl}/v1/images?${new URLSearchParams({ key })}`);
  const byId = await imageAt(`${service.apiUrl}/v1/images/${id}`);
  const asked = await fetch(`${service.apiUrl}/v1/lookup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ keys: [key] }),
  });
  const { results = [] } = (await asked.json()) as { results?: { key: string; image: ShownImage | null }[] };
  const object = await s3.send(new GetObjectCommand({ Bucket: service.bucket, Key: key }));
  const body = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
  const checks: [string, boolean][] = [
    ['event', events.has(key)],
    ['by key', sameBytes(byKey?.key, key) && byKey?.state === 'READY' && byKey.id === id],
    ['by id', sameBytes(byId?.key, key)],
    ['POST /v1/lookup', results[0]?.image?.id === id && sameBytes(results[0].key, key)],
    ['object', Buffer.from(body).equals(bytes)],
  ];
  return checks.flatMap(([where, holds]) => (holds ? [] : [{ key, where }]));
};

const missing = (where: string, keys: readonly string[], listed: readonly string[]): Wrong[] => [
  ...keys.filter((key) => !listed.includes(key)).map((key) => ({ key, where })),
  ...listed.filter((key) => !keys.includes(key)).map((key) => ({ key, where: `${where}, which nobody put` })),
];

const deleteAll = async (running: QuickService, inside: Inside, keys: readonly string[]): Promise<Wrong[]> => {
  for (const Key of keys) await running.s3.send(new DeleteObjectCommand({ Bucket: running.service.bucket, Key }));
  const began = performance.now();
  const left = async () => (await inside.records()).filter(({ state }) => state !== 'DELETED');
  await eventually('all records are gone', async () => ((await left()).length === 0 ? true : undefined)).catch(() => undefined);
  console.log(`records gone ${((performance.now() - began) / 1000).toFixed(1)} s after the last delete (target ${GONE_WITHIN_MS / 1000})`);
  return [
    ...(await left()).map(({ key }) => ({ key, where: 'deleted, record' })),
    ...missing('deleted, list of the API', [], await listedByApi(running.service.apiUrl)),
    ...missing('deleted, list of S3', [], await listedByS3(running)),
  ];
};

const main = async (): Promise<void> => {
  const random = randomFrom(SEED);
  const keys = [...new Set([...HOSTILE_KEYS, ...Array.from({ length: RANDOM_KEYS }, () => randomKey(random))])];
  const dataFolder = temporaryFolder();
  const running = await startQuick(dataFolder);
  const inside = insideOf(running);
  const pictures = await Promise.all(keys.map((_, number) => numberedPicture(number)));
  const { s3, service } = running;
  for (const [at, Key] of keys.entries()) await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key, Body: pictures[at] ?? '' }));
  await inside.idle();

  const bodies = (await inside.takeKept()).map((body) => JSON.parse(body) as { detail: { object: { key: string } } });
  const events = new Set(bodies.map(({ detail }) => detail.object.key));
  const stored = (await inside.records()).map(({ key }) => key);
  const wrong: Wrong[] = missing('record', keys, stored);
  for (const [at, key] of keys.entries()) wrong.push(...(await checkKey(running, events, key, pictures[at] ?? new Uint8Array())));
  wrong.push(...missing('list of the API', keys, await listedByApi(service.apiUrl)));
  wrong.push(...missing('list of S3', keys, await listedByS3(running)));
  wrong.push(...(await deleteAll(running, inside, keys)));

  for (const { key, where } of wrong.slice(0, PAGE)) console.log(`WRONG ${where}: ${JSON.stringify(key).slice(0, 120)}`);
  const bad = new Set(wrong.map(({ key }) => key)).size;
  console.log(
    `figure 20 (seed ${SEED}): ${keys.length - bad} of ${keys.length} keys (${HOSTILE_KEYS.length} chosen, the others random, up to 1,024 bytes) byte-identical through PUT, event, record, GET by key and id, look-up, lists and delete`,
  );
  inside.close();
  s3.destroy();
  await service.stop();
  rmSync(dataFolder, { recursive: true, force: true });
  process.exitCode = bad === 0 ? 0 : 1;
};

if (import.meta.main) await main();
