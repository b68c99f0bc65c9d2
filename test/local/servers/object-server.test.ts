// The object server with the real S3 client: what is stored, listed, changed and told.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { ObjectChange } from '../../../infra/local/servers/server-types.ts';
import { startObjects } from '../../support/object-servers.ts';

const put = (client: S3Client, Bucket: string, Key: string, Body: string, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

const bodyOf = async (client: S3Client, Bucket: string, Key: string, more = {}): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();

const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

describe('objects', () => {
  it('are stored with their headers, and told', async () => {
    const { client, changes, server } = await startObjects();
    const headers = { ContentType: 'image/jpeg', CacheControl: 'no-cache', Metadata: { Author: 'x' } };
    const answer = await put(client, 'plain', 'a.jpg', 'hello', headers);
    expect(answer).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ChecksumCRC32: 'NhCmhg==' });
    const got = await client.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'a.jpg', ChecksumMode: 'ENABLED' }));
    const expected = { ...headers, Metadata: { author: 'x' }, ContentLength: 5, ETag: answer.ETag, ChecksumCRC32: 'NhCmhg==' };
    expect(got).toMatchObject(expected);
    expect(got.VersionId).toBeUndefined();
    expect(got.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    const { Contents: [listed] = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'plain' }));
    expect(listed?.LastModified).toEqual(got.LastModified);
    const [change] = changes;
    const told = { bucket: 'plain', key: 'a.jpg', kind: 'created', etag: '5d41402abc4b2a76b9719d911017c592', size: 5 };
    expect(change).toMatchObject({ ...told, sequencer: expect.stringMatching(/^[0-9a-f]{16}$/) });
    const { bucket: _, kind: __, ...current } = change as ObjectChange;
    expect(server.list('plain')).toEqual([current]);
  });

  it('can be read in part and under conditions', async () => {
    const { client } = await startObjects();
    const { ETag } = await put(client, 'plain', 'k', '0123456789');
    for (const [Range, text] of [
      ['bytes=2-4', '234'],
      ['bytes=7-', '789'],
      ['bytes=-3', '789'],
      ['bytes=5-500', '56789'],
      ['bytes=0-1,3-4', '0123456789'],
    ]) {
      expect(await bodyOf(client, 'plain', 'k', { Range })).toBe(text);
    }
    await expect(bodyOf(client, 'plain', 'k', { Range: 'bytes=10-' })).rejects.toMatchObject(status(416));
    expect(await bodyOf(client, 'plain', 'k', { IfMatch: ETag })).toBe('0123456789');
    await expect(bodyOf(client, 'plain', 'k', { IfMatch: '"x"' })).rejects.toMatchObject(status(412));
    await expect(bodyOf(client, 'plain', 'k', { IfNoneMatch: ETag })).rejects.toMatchObject(status(304));
    await expect(bodyOf(client, 'plain', 'other')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(bodyOf(client, 'other', 'k')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await put(client, 'plain', 'empty', '');
    expect(await bodyOf(client, 'plain', 'empty')).toBe('');
  });

  it('are written once when asked so', async () => {
    const { client } = await startObjects();
    const answers = await Promise.allSettled(['1', '2', '3'].map((body) => put(client, 'plain', 'k', body, { IfNoneMatch: '*' })));
    expect(answers.filter(({ status: settled }) => settled === 'fulfilled')).toHaveLength(1);
    await expect(put(client, 'plain', 'k', '4', { IfNoneMatch: '*' })).rejects.toMatchObject(status(412));
    await expect(put(client, 'plain', 'k', '4', { IfMatch: '"x"' })).rejects.toMatchObject(status(412));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k' }));
    await put(client, 'plain', 'k', '5', { IfNoneMatch: '*' });
  });

  it('have versions in versioned buckets', async () => {
    const { client, changes } = await startObjects();
    const [one, two] = [await put(client, 'versioned', 'k', 'one'), await put(client, 'versioned', 'k', 'two')];
    expect(await bodyOf(client, 'versioned', 'k')).toBe('two');
    expect(await bodyOf(client, 'versioned', 'k', { VersionId: one.VersionId })).toBe('one');
    const marker = await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'k' }));
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    await expect(bodyOf(client, 'versioned', 'k')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(bodyOf(client, 'versioned', 'k', { VersionId: marker.VersionId })).rejects.toMatchObject(status(405));
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([two.VersionId, one.VersionId]);
    expect(listed.DeleteMarkers).toMatchObject([{ IsLatest: true, VersionId: marker.VersionId }]);
    for (const VersionId of [marker.VersionId, two.VersionId]) {
      await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'k', VersionId }));
    }
    expect(await bodyOf(client, 'versioned', 'k')).toBe('one');
    await expect(bodyOf(client, 'versioned', 'k', { VersionId: two.VersionId })).rejects.toMatchObject({ name: 'NoSuchVersion' });
    const removed = [
      { deletionType: 'Delete Marker Created', versionId: marker.VersionId },
      { deletionType: 'Permanently Deleted', versionId: marker.VersionId },
      { deletionType: 'Permanently Deleted', versionId: two.VersionId },
    ];
    expect(changes.slice(2)).toMatchObject(removed.map((change) => ({ ...change, kind: 'removed', key: 'k' })));
    const sequencers = changes.map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].toSorted());
  });

  it('are copied with or without their headers', async () => {
    const { client } = await startObjects();
    await put(client, 'plain', 'from', 'text', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const copy = { Bucket: 'versioned', Key: 'to', CopySource: 'plain/from' };
    const answer = await client.send(new CopyObjectCommand(copy));
    expect(answer.CopyObjectResult?.ETag).toBe('"1cb251ec0d568de6a929b520c4aed8d1"');
    const head = new HeadObjectCommand({ Bucket: 'versioned', Key: 'to' });
    expect(await client.send(head)).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' }, VersionId: answer.VersionId });
    await client.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE', ContentType: 'text/html' }));
    expect(await client.send(head)).toMatchObject({ ContentType: 'text/html', Metadata: {} });
    await expect(client.send(new CopyObjectCommand({ ...copy, CopySource: 'plain/none' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are listed in pages, by prefix and by folder', async () => {
    const { client } = await startObjects();
    const keys = ['a/1', 'a/2', 'b', 'c/d/1', 'c/d/2', 'c/e', 'f', '\uFF5E', '\u{1F431}'];
    for (const key of keys) await put(client, 'versioned', key, key);
    const pages = async (more: object): Promise<string[]> => {
      const found: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket: 'versioned', ...more, ContinuationToken }));
        for (const { Prefix } of page.CommonPrefixes ?? []) found.push(Prefix ?? '');
        for (const { Key } of page.Contents ?? []) found.push(Key ?? '');
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return found;
    };
    for (const MaxKeys of [1, 2, 3, 1000]) {
      expect(await pages({ MaxKeys })).toEqual(keys);
      expect((await pages({ MaxKeys, Delimiter: '/' })).toSorted()).toEqual(['a/', 'b', 'c/', 'f', '\uFF5E', '\u{1F431}'].toSorted());
      expect(await pages({ MaxKeys, Prefix: 'c/', Delimiter: '/' })).toEqual(MaxKeys > 1 ? ['c/d/', 'c/e'] : ['c/d/', 'c/e']);
      expect(await pages({ MaxKeys, StartAfter: 'c/d/1' })).toEqual(keys.slice(4));
    }
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    const versions: (string | undefined)[] = [];
    do {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned', MaxKeys: 2, KeyMarker, VersionIdMarker }));
      versions.push(...(page.Versions ?? []).map(({ Key }) => Key));
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
    } while (KeyMarker !== undefined);
    expect(versions).toEqual(keys);
  });
});

describe('the object server', () => {
  it('knows its buckets and refuses what it does not know', async () => {
    const { client, url } = await startObjects();
    await client.send(new HeadBucketCommand({ Bucket: 'plain' }));
    await expect(client.send(new HeadBucketCommand({ Bucket: 'other' }))).rejects.toMatchObject(status(404));
    expect((await client.send(new GetBucketLocationCommand({ Bucket: 'plain' }))).LocationConstraint).toBeFalsy();
    expect((await client.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name)).toEqual(['plain', 'versioned']);
    await put(client, 'plain', 'k', 'x');
    await expect(client.send(new PutObjectAclCommand({ Bucket: 'plain', Key: 'k', ACL: 'private' }))).rejects.toMatchObject(status(501));
    expect((await fetch(`${url}/plain/k?tagging`, { method: 'DELETE' })).status).toBe(501);
    expect(await bodyOf(client, 'plain', 'k')).toBe('x');
  });

  it('fails a request whose change cannot be told, and tells it at the next start', async () => {
    const { client, server, folder } = await startObjects({ onChange: () => Promise.reject(new Error('queue is away')) });
    await expect(put(client, 'plain', 'k', 'x')).rejects.toMatchObject(status(500));
    await expect(client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k' }))).rejects.toMatchObject(status(500));
    await server.close();
    const again = await startObjects({ folder });
    expect(again.changes).toMatchObject([{ kind: 'created' }, { kind: 'removed', deletionType: 'Permanently Deleted' }]);
    await again.server.close();
    expect((await startObjects({ folder })).changes).toEqual([]);
  });

  it('lets no second process have its data', async () => {
    const { folder } = await startObjects();
    await expect(startObjects({ folder })).rejects.toThrow('in use by another process');
  });
});
