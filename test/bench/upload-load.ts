// The client of the sustained bench, in a process of its own: PUTs photos, each in bytes of its own, some at a time, until all are sent.
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../../infra/local/environment.ts';
import { phonePhoto, samplePhotos, withComment } from './photos.ts';

/** What is sent; `atOnce` PUTs at a time. */
export type Uploads = { s3Url: string; bucket: string; photos: 'samples' | 'phone'; prefix: string; count: number; atOnce: number };

/** When the first PUT began (ms since 1970), and CPU time of all of them. */
export type Uploaded = { beganAt: number; cpuMs: number };

const MICROSECONDS_PER_MS = 1000;

const { s3Url, bucket, photos, prefix, count, atOnce } = JSON.parse(await text(process.stdin)) as Uploads;
const samples = photos === 'samples' ? await samplePhotos() : [await phonePhoto()];
const s3 = new S3Client(clientSettings(s3Url));
const beganAt = Date.now();
const before = process.cpuUsage();
let sent = 0;
const send = async (): Promise<void> => {
  for (let at = sent++; at < count; at = sent++) {
    const photo = samples[at % samples.length];
    if (photo === undefined) return;
    const Body = withComment(photo, randomUUID());
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${at}.jpg`, Body, ContentType: 'image/jpeg' }));
  }
};
await Promise.all(Array.from({ length: atOnce }, send));
s3.destroy();
const { user, system } = process.cpuUsage(before);
const uploaded: Uploaded = { beganAt, cpuMs: (user + system) / MICROSECONDS_PER_MS };
process.stdout.write(JSON.stringify(uploaded));
