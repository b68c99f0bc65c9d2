import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Objects } from '../../functions/adapters/aws/s3-objects.ts';
import { metadataOfProduct, productOfMetadata } from '../../functions/core/ingest/product-metadata.ts';
import { startObjectServer } from '../../infra/local/servers/object-server.ts';
import { fakeBucket } from '../support/fake-objects.ts';
import { type OpenBucket, objectStoreContract } from './object-store.ts';

const BUCKET = 'photos';

const HOSTILE_KEYS = [
  'a+b c.jpg',
  'a%2Fb.jpg',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  '../../etc/passwd',
  './here',
  '/leading.jpg',
  '//twice//',
  'what?x=1#y.jpg',
  'new\nline\r\n.jpg',
  '\u{1F436}.jpg',
  '<&>"\'`\\ \u0001.jpg',
  `long/${'ü'.repeat(509)}x`,
];

const inMemory = (versioned: boolean) => async (): Promise<OpenBucket> => {
  const store = fakeBucket({ name: BUCKET, versioned });
  return {
    store,
    bucket: BUCKET,
    async upload(key, content) {
      const { etag = '', versionId } = store.upload(key, content);
      return { etag, ...(versionId !== undefined && { versionId }) };
    },
    about: async (key) => store.about(key),
    close: async () => {},
  };
};

const inS3 = (versioned: boolean) => async (): Promise<OpenBucket> => {
  const folder = await mkdtemp(join(tmpdir(), 'objects-'));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const buckets = [{ name: BUCKET, versioned, cors: [] }];
  const server = await startObjectServer({ folder, port: 0, buckets, credentials, open: false, onChange: async () => {} });
  const client = new S3Client({ endpoint: server.url, region: 'eu-west-1', credentials, requestChecksumCalculation: 'WHEN_REQUIRED' });
  return {
    store: s3Objects(client),
    bucket: BUCKET,
    async upload(key, content) {
      const { ETag = '', VersionId } = await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: Buffer.from(content) }));
      return { etag: ETag.replaceAll('"', ''), ...(VersionId !== undefined && { versionId: VersionId }) };
    },
    async about(key) {
      const { ContentType = '', Metadata = {} } = await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
      return { contentType: ContentType, metadata: Metadata };
    },
    async close() {
      client.destroy();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
};

objectStoreContract('the versioned bucket in memory', true, inMemory(true));
objectStoreContract('the bucket in memory', false, inMemory(false));
objectStoreContract('the versioned bucket in S3', true, inS3(true));
objectStoreContract('the bucket in S3', false, inS3(false));

describe('a bucket in S3', () => {
  let house: OpenBucket;
  beforeAll(async () => {
    house = await inS3(true)();
  });
  afterAll(() => house.close());

  it('keeps keys byte for byte', async () => {
    for (const key of HOSTILE_KEYS) {
      const ref = await house.upload(key, key);
      const { bytes } = await house.store.fetch({ bucket: BUCKET, key, ...ref }, 2000);
      expect(new TextDecoder().decode(bytes)).toBe(key);
      expect(await house.store.head(BUCKET, key)).toMatchObject({ key, etag: ref.etag });
    }
    const listed: string[] = [];
    for await (const { key } of house.store.list(BUCKET, '')) listed.push(key);
    expect(listed).toEqual(HOSTILE_KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const key of HOSTILE_KEYS) await house.store.remove(BUCKET, key);
    for await (const { key } of house.store.list(BUCKET, '')) expect(key).toBe('nothing');
  });

  it('lists more than one page', async () => {
    const keys = Array.from({ length: 1005 }, (_, n) => `many/${String(n).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 15) await Promise.all(keys.slice(at, at + 15).map((key) => house.upload(key, 'x')));
    const listed: string[] = [];
    for await (const { key } of house.store.list(BUCKET, 'many/')) listed.push(key);
    expect(listed).toEqual(keys);
  });

  it('takes a signed upload of exactly its size and type, and no other', async () => {
    const signed = (key: string, expiresS = 60) =>
      house.store.presignPut({ bucket: BUCKET, key, bytes: 7, contentType: 'image/jpeg', expiresS });
    const put = async (key: string, body: string, contentType: string): Promise<number> => {
      const { url } = await signed(key);
      return (await fetch(url, { method: 'PUT', body, headers: { 'content-type': contentType } })).status;
    };
    for (const key of ['signed.jpg', 'caf\u00e9 +%2F?#.jpg']) {
      expect(await put(key, 'picture', 'image/jpeg')).toBe(200);
      expect(await house.store.head(BUCKET, key)).toMatchObject({ size: 7 });
    }
    expect(await put('other.jpg', 'pictures', 'image/jpeg')).toBe(403);
    expect(await put('other.jpg', 'pic', 'image/jpeg')).toBe(403);
    expect(await put('other.jpg', 'picture', 'text/html')).toBe(403);
    const { url } = await signed('signed.jpg');
    const elsewhere = url.replace('signed.jpg', 'other.jpg');
    expect((await fetch(elsewhere, { method: 'PUT', body: 'picture', headers: { 'content-type': 'image/jpeg' } })).status).toBe(403);
    expect(await house.store.head(BUCKET, 'other.jpg')).toBeUndefined();
  });

  it('takes a signed upload with its metadata, which come with the bytes, and none without or with others', async () => {
    const key = 'described.jpg';
    const product = metadataOfProduct({ name: 'Sofá rojo', keywords: ['a b', 'c'] });
    const { url, headers } = await house.store.presignPut({
      bucket: BUCKET,
      key,
      bytes: 7,
      contentType: 'image/jpeg',
      expiresS: 60,
      metadata: product,
    });
    const { 'content-length': _, ...sent } = headers;
    const put = async (given: Record<string, string>) => (await fetch(url, { method: 'PUT', body: 'picture', headers: given })).status;
    expect(await put({ 'content-type': 'image/jpeg' })).toBe(403);
    expect(await put({ ...sent, 'x-amz-meta-product-name': 'Bed' })).toBe(403);
    expect(await put(sent)).toBe(200);
    const { metadata = {} } = await house.store.fetch({ bucket: BUCKET, key }, 10);
    expect(productOfMetadata(metadata, 1)).toMatchObject({ name: 'Sofá rojo', keywords: ['a b', 'c'] });
  });

  it('shows one version as the type that was signed, whatever was stored, by that very address only', async () => {
    const key = 'caf\u00e9 +%2F?#.html';
    const { store } = house;
    const { versionId = '' } = await store.put({ bucket: BUCKET, key, bytes: Buffer.from('<script>'), contentType: 'text/html' });
    await house.upload(key, 'newer');
    const url = await store.presignGet({ bucket: BUCKET, key, versionId, contentType: 'image/png', expiresS: 60 });
    const shown = await fetch(url);
    expect([shown.status, await shown.text()]).toEqual([200, '<script>']);
    expect([shown.headers.get('content-type'), shown.headers.get('content-disposition')]).toEqual(['image/png', 'inline']);
    for (const other of [url.replace('image%2Fpng', 'text%2Fhtml'), url.replace(/versionId=[^&]*&/, ''), url.replace('.html', '.jpg')]) {
      expect(other).not.toBe(url);
      expect((await fetch(other)).status).toBe(403);
    }
    const current = await store.presignGet({ bucket: BUCKET, key, contentType: 'image/jpeg', expiresS: 60 });
    expect(await (await fetch(current)).text()).toBe('newer');
  });
});
