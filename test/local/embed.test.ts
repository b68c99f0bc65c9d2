// Embedding in the running service: the copy lies in the same bucket, and nothing is captioned for it.
import { rmSync } from 'node:fs';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedTexts } from '../../functions/adapters/model/xmp.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { OTHER_PACKET } from '../support/embed-files.ts';
import { finalImage, photo, startForTest, temporaryFolder } from '../support/local-service.ts';
import { startOps } from '../support/operate-servers.ts';

const KEY = 'shop/Kätzchen +1.jpg';
const COPY = `caption-on-upload/embedded/${KEY}`;

const dataFolder = temporaryFolder();
let service: LocalService;
let lines: string[];
let s3: S3Client;

beforeAll(async () => {
  ({ service, lines, s3 } = await startForTest({ dataFolder }));
}, 120_000);

afterAll(async () => {
  s3?.destroy();
  await service?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

const put = (key: string, body: Uint8Array) => s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: body }));
const get = async (key: string): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: service.bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};
const ops = (...argv: string[]) => startOps(['embed', ...argv, '--data', dataFolder]).result;

const recordKeys = async (): Promise<string[]> => {
  const response = await fetch(`${service.apiUrl}/v1/images?prefix=&limit=100`);
  const { images } = (await response.json()) as { images: { key: string }[] };
  return images.map(({ key }) => key);
};

describe('a copy with texts', () => {
  it('is written, told of to nobody, captioned never, and taken away again', async () => {
    const original = await sharp(await photo('cat.jpg'))
      .resize(200)
      .withXmp(OTHER_PACKET)
      .jpeg()
      .toBuffer();
    await put(KEY, original);
    const image = await finalImage(service, KEY);
    expect(image).toMatchObject({ state: 'READY', texts: { alt: { text: 'old words', origin: 'embedded' } } });

    expect(await ops('--prefix', 'shop/')).toMatchObject({ code: 0, out: expect.stringContaining('1 skipped (no texts 1)') });
    const told = lines.length;
    const done = await ops('--prefix', 'shop/', '--min-origin', 'embedded');
    expect(done).toEqual({
      code: 0,
      out: `${JSON.stringify(KEY)} written to the copy ${JSON.stringify(COPY)} (alt)\n1 copy and 0 sidecars written, 0 unchanged, 0 skipped, 0 failed\n`,
      err: '',
    });
    const copy = await get(COPY);
    expect(embeddedTexts((await sharp(copy).metadata()).xmp).alt?.text).toBe('old words');
    expect(await sharp(copy).raw().toBuffer()).toEqual(await sharp(original).raw().toBuffer());
    expect(Buffer.from(await get(KEY)).equals(original)).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket: service.bucket, Key: COPY }));
    expect(head).toMatchObject({ ContentType: 'image/jpeg', Metadata: { 'embedded-from': image.id } });

    // what comes after it is captioned, so the copy's turn would have come
    await put('after.jpg', await photo('rocket.jpg'));
    await finalImage(service, 'after.jpg');
    expect((await recordKeys()).toSorted()).toEqual(['after.jpg', KEY]);
    expect(lines.slice(told).filter((line) => line.includes('caption-on-upload/'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('caption.ready')).length).toBe(2);

    expect(await ops('--undo')).toEqual({ code: 0, out: `${JSON.stringify(COPY)} removed\n1 file removed\n`, err: '' });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: service.bucket }));
    expect(Contents.map(({ Key }) => Key).toSorted()).toEqual(['after.jpg', KEY]);
    expect((await recordKeys()).toSorted()).toEqual(['after.jpg', KEY]);
  });
});
