// The whole way on one machine, as deployed: a real S3 client, the bundled functions, the template's rules, queues, table and routes.
import { rmSync } from 'node:fs';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalService } from '../../infra/local/service.ts';
import { eventually, finalImage, imageOf, photo, startForTest, temporaryFolder } from '../support/local-service.ts';

const MULTIPART_BYTES = 6 * 1024 * 1024;

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

const put = async (key: string, body: Uint8Array): Promise<string> => {
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: body }));
  return ETag;
};

describe('a photo', () => {
  it('is captioned, found by key and by id, captioned anew when overwritten, and gone when deleted', async () => {
    const key = 'shop/Röcket +1 & co%2F.jpg';
    const first = await finalImage(service, key, await put(key, await photo('rocket.jpg')));
    expect(first).toMatchObject({ key, state: 'READY', machine: { model: 'tiny@0.0.1', route: 'lambda' } });

    const byId = await fetch(`${service.apiUrl}/v1/images/${first.id}`);
    expect(await byId.json()).toEqual(first);

    const second = await finalImage(service, key, await put(key, await photo('coffee.jpg')));
    expect(second).toMatchObject({ id: first.id, state: 'READY' });
    expect(second.picture?.sha256).not.toBe(first.picture?.sha256);
    expect(second.revision).toBeGreaterThan(first.revision);

    await s3.send(new DeleteObjectCommand({ Bucket: service.bucket, Key: key }));
    await eventually('the record is gone', async () => ((await imageOf(service, key)) === undefined ? true : undefined));
    expect((await fetch(`${service.apiUrl}/v1/images/${first.id}`)).status).toBe(404);
  });

  it('is captioned when it comes in several parts', async () => {
    const body = Buffer.concat([await photo('cat.jpg'), Buffer.alloc(MULTIPART_BYTES)]);
    await new Upload({ client: s3, params: { Bucket: service.bucket, Key: 'parts.jpg', Body: body } }).done();
    expect(await finalImage(service, 'parts.jpg')).toMatchObject({ state: 'READY' });
  });

  it('is captioned when it comes by a URL of the API', async () => {
    const body = await photo('raccoon.jpg');
    const planned = await fetch(`${service.apiUrl}/v1/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'presigned.jpg', contentType: 'image/jpeg', bytes: body.length }),
    });
    expect(planned.status).toBe(201);
    const plan = (await planned.json()) as { id: string; url: string; headers: Record<string, string> };
    const origin = service.apiUrl;
    const sent = await fetch(plan.url, { method: 'PUT', headers: { ...plan.headers, origin }, body });
    expect(sent.status).toBe(200);
    expect(sent.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await finalImage(service, 'presigned.jpg')).toMatchObject({ id: plan.id, state: 'READY' });
  });

  it('that is none has a reason, without another attempt', async () => {
    await put('words.jpg', Buffer.from('no picture at all'));
    expect(await finalImage(service, 'words.jpg')).toMatchObject({ state: 'FAILED', reason: 'UNSUPPORTED_FORMAT' });
  });

  it('is told of on the bus, which the log shows', async () => {
    await put('bus.jpg', await photo('astronaut.jpg'));
    const { id } = await finalImage(service, 'bus.jpg');
    expect(await eventually('the event', () => lines.find((line) => line.includes(id)))).toMatch(
      /^caption\.ready {2}\S+ {2}"bus\.jpg" {2}/,
    );
  });
});

describe('the page', () => {
  it('comes with a strict policy that allows nothing but itself and the bucket', async () => {
    const page = await fetch(`${service.apiUrl}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${service.s3Url};`);
    expect(await page.text()).toContain('<h1>');
    expect((await fetch(`${service.apiUrl}/page.js`)).status).toBe(200);
    expect((await fetch(`${service.apiUrl}/../package.json`)).status).toBe(404);
  });
});

describe('a function whose process is killed', () => {
  it('is started again, and no photo is lost', async () => {
    const { ingest, lookup } = service.pids();
    for (const pid of [...ingest, lookup]) process.kill(pid, 'SIGKILL');
    await put('after-kill.jpg', await photo('cameraman.jpg'));
    const image = await eventually('the API answers', () => finalImage(service, 'after-kill.jpg').catch(() => undefined));
    expect(image).toMatchObject({ state: 'READY' });
  });
});
