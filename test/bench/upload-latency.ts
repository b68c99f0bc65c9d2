// node test/bench/upload-latency.ts [UPLOADS]: from the PUT of a 12 megapixel photo to READY in the API of an idle service, against what
// the caption command needs for the same photo when it is warm; in turns, in the same run, each photo in bytes of its own.
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { planLanes } from '../../functions/wiring/lanes.ts';
import { clientSettings } from '../../infra/local/environment.ts';
import { phonePhoto, withComment } from './photos.ts';
import { type MeasuredService, machineLine, median, startMeasured } from './service.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const WARM_ROUNDS = 3;
const QUEUEING_MS = 150;
const TARGET_RATIO = 1.5;
/** As a client that waits would ask. */
const POLL_MS = 5;
/** Between an upload and the next caption, so that what follows READY is over. */
const PAUSE_MS = 300;
const GIVE_UP_MS = 60_000;

/** One upload in ms: all of it, and its parts. */
type Upload = { whole: number; put: number; beforeClaim: number; work: number; captioner: number; seen: number };
type Shown = { state: string; createdAt: string; changedAt: string; machine?: { ms: number } };

const ready = async ({ apiUrl, token }: MeasuredService, key: string): Promise<Shown> => {
  const until = Date.now() + GIVE_UP_MS;
  const headers = { authorization: `Bearer ${token}` };
  while (Date.now() < until) {
    const response = await fetch(`${apiUrl}/v1/images?${new URLSearchParams({ key })}`, { headers });
    const shown = (await response.json()) as Shown;
    if (response.ok && shown.state !== 'PENDING') return shown;
    await setTimeout(POLL_MS);
  }
  throw new Error(`${key} did not become READY`);
};

const upload = async (service: MeasuredService, s3: S3Client, bytes: Uint8Array): Promise<Upload> => {
  const key = `${randomUUID()}.jpg`;
  const began = performance.now();
  await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: bytes, ContentType: 'image/jpeg' }));
  const put = performance.now() - began;
  const putAt = Date.now();
  const shown = await ready(service, key);
  const seenAt = Date.now();
  if (shown.state !== 'READY') throw new Error(`${key} became ${shown.state}`);
  const [claimedAt, readyAt] = [Date.parse(shown.createdAt), Date.parse(shown.changedAt)];
  const captioner = shown.machine?.ms ?? Number.NaN;
  return {
    whole: performance.now() - began,
    put,
    beforeClaim: claimedAt - putAt,
    work: readyAt - claimedAt,
    captioner,
    seen: seenAt - readyAt,
  };
};

const config = readConfig();
const { threads, lanes } = planLanes({
  cores: availableParallelism(),
  pictures: 1,
  provider: 'cpu',
  batch: undefined,
  lanes: undefined,
  threads: undefined,
});
const { limits, inferenceTimeoutMs, nodePath } = config;
console.log(machineLine());
const photo = await phonePhoto();
const service = await startMeasured();
const s3 = new S3Client(clientSettings(service.s3Url));
const session = { provider: 'cpu' as const, threads };
const captioner = await captionerPool({ folder: packagePath(config.model, config), session, lanes, limits, inferenceTimeoutMs, nodePath });

const uploads: Upload[] = [];
const captions: number[] = [];
try {
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const bytes = withComment(photo, randomUUID());
    const began = performance.now();
    const [outcome] = await captioner.caption([{ bytes }], {});
    if (outcome instanceof Error) throw outcome;
    const caption = performance.now() - began;
    const uploaded = await upload(service, s3, bytes);
    await setTimeout(PAUSE_MS);
    if (round < 0) continue;
    captions.push(caption);
    uploads.push(uploaded);
  }
} finally {
  s3.destroy();
  await captioner.close();
  await service.stop();
}

const part = (name: keyof Upload): string => `${median(uploads.map((one) => one[name])).toFixed(0)} ms`;
const whole = median(uploads.map((one) => one.whole));
const warm = median(captions);
console.log(`upload to READY: ${captioner.model}, 12 MP JPEG of ${(photo.bytes.length / 1e6).toFixed(1)} MB, medians of ${ROUNDS}`);
console.log(`  the caption command, warm, ${captioner.runsOn}: ${warm.toFixed(0)} ms`);
console.log(`  PUT by the S3 client to READY in the API: ${whole.toFixed(0)} ms`);
console.log(`    PUT ${part('put')}, its answer to the claim of the record ${part('beforeClaim')},`);
console.log(`    claim to READY ${part('work')} (captioner ${part('captioner')}), READY to seen ${part('seen')}`);
console.log(
  `  (${whole.toFixed(0)} - ${QUEUEING_MS}) / ${warm.toFixed(0)} = ${((whole - QUEUEING_MS) / warm).toFixed(2)} x (target at most ${TARGET_RATIO})`,
);
