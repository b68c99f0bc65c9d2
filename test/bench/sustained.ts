// node test/bench/sustained.ts [PHOTOS]: photos a second that become READY while a client uploads without end, against what the captioner
// does alone with the same photos in batches (2 lanes of 1 thread), in the same run: for the sample photos and for 12 megapixel ones.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import type { EncodedPicture } from '../../functions/core/caption.ts';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { phonePhoto, samplePhotos, withComment } from './photos.ts';
import { cpuMs, type MeasuredService, machineLine, startMeasured } from './service.ts';
import type { Uploaded, Uploads } from './upload-load.ts';

const LOAD_FILE = fileURLToPath(new URL('./upload-load.ts', import.meta.url));
const PHOTOS = Number(process.argv[2] ?? 240);
/** Decoding them takes about three times as long. */
const PHONE_SHARE = 1 / 3;
const BATCH = 8;
const ROUNDS = 2;
/** PUTs at a time. The client is faster than the captioner, so photos always wait; what it uses is counted all the same. */
const AT_ONCE = 8;
/** Uploads before those that are counted: enough for all processes of the function to be started. */
const WARM_UP = 24;
const TARGET_RATIO = 0.85;
const MS_PER_SECOND = 1000;
const POLL_MS = 200;
const GIVE_UP_MS = 300_000;

type Kind = Uploads['photos'];
type Shown = { state: string; changedAt: string; machine?: { ms: number } };

const { limits, inferenceTimeoutMs, nodePath, ...config } = readConfig();
const lanes = availableParallelism();

type Alone = { perSecond: number; cpuMs: number };

/** The captioner alone, best of some rounds: photos a second, and CPU time of each. */
const captionerAlone = async (photos: readonly EncodedPicture[]): Promise<Alone> => {
  const session = { provider: 'cpu' as const, threads: 1 };
  const captioner = await captionerPool({
    folder: packagePath(config.model, config),
    session,
    lanes,
    limits,
    inferenceTimeoutMs,
    nodePath,
  });
  const batches = Array.from({ length: photos.length / BATCH }, (_, at) => photos.slice(at * BATCH, (at + 1) * BATCH));
  await Promise.all(batches.slice(0, lanes).map((batch) => captioner.caption(batch, {})));
  const measured: Alone[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [began, cpuBefore] = [performance.now(), cpuMs(process.pid, true)];
    await Promise.all(batches.map((batch) => captioner.caption(batch, {})));
    const perSecond = (photos.length * MS_PER_SECOND) / (performance.now() - began);
    measured.push({ perSecond, cpuMs: (cpuMs(process.pid, true) - cpuBefore) / photos.length });
  }
  await captioner.close();
  return { perSecond: Math.max(...measured.map((one) => one.perSecond)), cpuMs: Math.min(...measured.map((one) => one.cpuMs)) };
};

/** The record of a photo when it is final. */
const finalRecord = async ({ apiUrl }: MeasuredService, key: string): Promise<Shown> => {
  const until = Date.now() + GIVE_UP_MS;
  while (Date.now() < until) {
    const response = await fetch(`${apiUrl}/v1/images?${new URLSearchParams({ key })}`);
    const shown = (await response.json()) as Shown;
    if (response.ok && shown.state !== 'PENDING') return shown;
    await setTimeout(POLL_MS);
  }
  throw new Error(`${key} did not become READY`);
};

type Sustained = { perSecond: number; captionerMs: number; cpu: { client: number; servers: number; functions: number; lookup: number } };

/** CPU time so far, by who used it; `functions`: all processes of the ingest function, which are started as they are needed. */
const usedMs = ({ pid, pids }: MeasuredService) => {
  const [servers, lookup] = [cpuMs(pid), cpuMs(pids.lookup)];
  return { servers, lookup, functions: cpuMs(pid, true) - servers - lookup };
};

/** Uploads, and waits for the last one. @returns what the client says, the keys and the time when the first PUT began (ms since 1970) */
const uploadAll = async (service: MeasuredService, photos: Kind, prefix: string, count: number) => {
  const order: Uploads = { s3Url: service.s3Url, bucket: service.bucket, photos, prefix, count, atOnce: AT_ONCE };
  const child = spawn(process.execPath, [LOAD_FILE], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  const client = JSON.parse(await text(child.stdout)) as Uploaded;
  const keys = Array.from({ length: count }, (_, at) => `${prefix}/${at}.jpg`);
  await finalRecord(service, keys.at(-1) ?? '');
  return { ...client, keys };
};

const measureUploads = async (service: MeasuredService, photos: Kind, count: number): Promise<Sustained> => {
  await uploadAll(service, photos, `warm-${photos}`, WARM_UP);
  const before = usedMs(service);
  const { keys, cpuMs: clientMs, beganAt } = await uploadAll(service, photos, photos, count);
  const after = usedMs(service);
  const all: Shown[] = [];
  for (const key of keys) all.push(await finalRecord(service, key));
  if (all.some(({ state }) => state !== 'READY')) throw new Error('a photo failed');
  const endedAt = Math.max(...all.map(({ changedAt }) => Date.parse(changedAt)));
  const captionerMs = all.reduce((sum, { machine }) => sum + (machine?.ms ?? 0), 0) / count;
  const each = (who: keyof typeof after): number => (after[who] - before[who]) / count;
  const cpu = { client: clientMs / count, servers: each('servers'), functions: each('functions'), lookup: each('lookup') };
  return { perSecond: (count * MS_PER_SECOND) / (endedAt - beganAt), captionerMs, cpu };
};

const measure = async (service: MeasuredService, kind: Kind, count: number): Promise<void> => {
  const samples = kind === 'samples' ? await samplePhotos() : [await phonePhoto()];
  const photos = Array.from({ length: Math.ceil(count / 2 / BATCH) * BATCH }, (_, at) => samples[at % samples.length])
    .filter((photo) => photo !== undefined)
    .map((photo) => ({ bytes: withComment(photo, randomUUID()) }));
  const before = await captionerAlone(photos);
  const { perSecond, captionerMs, cpu } = await measureUploads(service, kind, count);
  const after = await captionerAlone(photos);
  const alone = Math.max(before.perSecond, after.perSecond);
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  console.log(`${kind === 'samples' ? 'sample photos' : '12 MP photos'}, ${count} uploads, ${AT_ONCE} at a time:`);
  console.log(
    `  captioner alone, ${lanes} lanes of 1 thread, batches of ${BATCH}: ${before.perSecond.toFixed(2)} before, ${after.perSecond.toFixed(2)} photos/s after, ${ms(Math.min(before.cpuMs, after.cpuMs))} of CPU time each`,
  );
  console.log(
    `  from the first PUT to the last READY: ${perSecond.toFixed(2)} photos/s = ${((100 * perSecond) / alone).toFixed(0)} % (target at least ${TARGET_RATIO * 100} %)`,
  );
  console.log(
    `  CPU time for each photo: client ${ms(cpu.client)}, servers ${ms(cpu.servers)}, ingest function ${ms(cpu.functions)}, lookup ${ms(cpu.lookup)}`,
  );
  console.log(`  time of a photo in the captioner ${ms(captionerMs)}`);
};

console.log(machineLine());
const service = await startMeasured();
try {
  await measure(service, 'samples', PHOTOS);
  await measure(service, 'phone', Math.round(PHOTOS * PHONE_SHARE));
} finally {
  await service.stop();
}
