// Keys that break servers go through PUT, change, GET, HEAD, listing, copy and delete byte for byte, and never become paths.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { presignerOf, startObjects } from '../../support/object-servers.ts';

const KEYS = [
  'a+b c.jpg',
  'slash%2Fencoded%252F.jpg',
  'caf\u00e9-nfc.jpg',
  'cafe\u0301-nfd.jpg',
  `${'n'.repeat(1020)}.jpg`,
  '\u{1F431}'.repeat(256),
  '../../outside.jpg',
  'a/../b/./c.jpg',
  '/leading.jpg',
  '//two//slashes//',
  'what?is=this&that#hash',
  'line\nfeed\r\nand\ttab',
  ' space at both ends ',
  '<tag a="1">&amp;\'quoted\'</tag>',
  'back\\slash|pipe{brace}[bracket]^`~*!()',
  '..',
  '.',
  '~',
  'key;v=1,2:3@4=5$6',
  '\u0001\u007f',
  '\uFEFFbyte order mark',
];

const sorted = (keys: readonly string[]): string[] => keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('hostile keys', () => {
  it('come back byte for byte by every way', async () => {
    const { client, changes, server, folder } = await startObjects();
    const Bucket = 'versioned';
    for (const Key of KEYS) await client.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}` }));
    expect(changes.map(({ key }) => key)).toEqual(KEYS);
    for (const Key of KEYS) {
      const got = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe(`of ${Key}`);
      expect((await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(Buffer.byteLength(`of ${Key}`));
    }
    expect(server.list(Bucket).map(({ key }) => key)).toEqual(sorted(KEYS));
    const listed = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(sorted(KEYS));
    const encoded = await client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(encoded.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toEqual(sorted(KEYS));
    const versions = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(versions.Versions?.map(({ Key }) => Key)).toEqual(sorted(KEYS));
    // nothing on disk is named by a key
    const files = readdirSync(join(folder, '..'), { recursive: false, encoding: 'utf8' });
    expect(files).not.toContain('outside.jpg');
    const named = readdirSync(join(folder, 'content'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 2);
    expect(named.every((name) => /^[0-9a-f]{2}\/[0-9a-f]{32}$/.test(name))).toBe(true);
  });

  it('are copied, deleted one by one and deleted together', async () => {
    const { client, changes, server } = await startObjects();
    for (const Key of KEYS) {
      await client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' }));
      const CopySource = `plain/${encodeURIComponent(Key)}`;
      await client.send(new CopyObjectCommand({ Bucket: 'versioned', Key, CopySource }));
    }
    expect(server.list('versioned').map(({ key }) => key)).toEqual(sorted(KEYS));
    for (const Key of KEYS) await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key }));
    expect(server.list('plain')).toEqual([]);
    const Delete = { Objects: KEYS.map((Key) => ({ Key })) };
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: 'versioned', Delete }));
    expect(answer.Errors ?? []).toEqual([]);
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(KEYS);
    expect(server.list('versioned')).toEqual([]);
    const removed = changes.filter(({ kind }) => kind === 'removed');
    expect(removed.map(({ key }) => key)).toEqual([...KEYS, ...KEYS]);
  });

  it('can be put with presigned URLs, where the URL survives the client', async () => {
    const { url: server, changes } = await startObjects({ open: false });
    const client = presignerOf(server);
    // fetch itself resolves dot segments, so keys with them cannot be presigned for it
    const keys = KEYS.filter((key) => !key.split('/').some((segment) => segment === '.' || segment === '..'));
    for (const Key of keys) {
      const url = await getSignedUrl(client, new PutObjectCommand({ Bucket: 'plain', Key }), { expiresIn: 60 });
      expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    }
    expect(changes.map(({ key }) => key)).toEqual(keys);
  });

  it('are refused when they are too long or not UTF-8', async () => {
    const { client, url, changes } = await startObjects();
    await expect(client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'n'.repeat(1025), Body: 'x' }))).rejects.toMatchObject({
      name: 'KeyTooLongError',
    });
    for (const key of ['%FF', '%C3', '%ED%A0%80', '%zz', '%']) {
      expect((await fetch(`${url}/plain/${key}`, { method: 'PUT', body: 'x' })).status).toBe(400);
    }
    expect(changes).toEqual([]);
  });
});
