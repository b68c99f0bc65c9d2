// What becomes of S3's answers and of broken ones. With a whole server: test/contract/object-store.test.ts.
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { s3Objects } from '../../../../functions/adapters/aws/s3-objects.ts';
import type { ListedObject, ObjectStore } from '../../../../functions/core/ports.ts';
import { type Answer, type ScriptedServer, scriptedServer } from '../../../support/scripted-server.ts';

const LIMIT = 1000;
const REF = { bucket: 'photos', key: 'a.jpg' };
const ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

let server: ScriptedServer;
let client: S3Client;
afterEach(async () => {
  client.destroy();
  await server.close();
});

const open = async (answer: Answer): Promise<ObjectStore> => {
  server = await scriptedServer(answer);
  client = new S3Client({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  });
  return s3Objects(client);
};

const whole = (bytes: string): Answer => {
  return (response) => response.writeHead(200, { etag: `"${ETAG}"`, 'content-length': bytes.length }).end(bytes);
};

const refusal = (status: number, code: string): Answer => {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code><Key>a.jpg</Key></Error>`);
};

/** Announces ten bytes and breaks off after four. */
const short: Answer = (response) => {
  response.writeHead(200, { etag: `"${ETAG}"`, 'content-length': 10 });
  response.write('1234', () => response.destroy());
};

describe('fetching', () => {
  it('asks for the version, else for the etag, else for what is there', async () => {
    const store = await open(whole('picture'));
    expect(await store.fetch({ ...REF, versionId: 'v1', etag: ETAG }, LIMIT)).toEqual({
      bytes: new TextEncoder().encode('picture'),
      etag: ETAG,
    });
    await store.fetch({ ...REF, etag: ETAG }, LIMIT);
    await store.fetch(REF, LIMIT);
    const [byVersion, byEtag, plain] = server.asked;
    expect(byVersion?.url).toContain('versionId=v1');
    expect(byEtag?.headers['if-match']).toBe(`"${ETAG}"`);
    expect(plain?.url).not.toContain('versionId');
    expect(plain?.headers['if-match']).toBeUndefined();
  });

  it('asks for the etag beside the null version, which may have been overwritten', async () => {
    const store = await open(whole('picture'));
    await store.fetch({ ...REF, versionId: 'null', etag: ETAG }, LIMIT);
    await store.fetch({ ...REF, versionId: 'v1', etag: ETAG }, LIMIT);
    const [ofNull, ofVersion] = server.asked;
    expect(ofNull?.url).toContain('versionId=null');
    expect(ofNull?.headers['if-match']).toBe(`"${ETAG}"`);
    expect(ofVersion?.headers['if-match']).toBeUndefined();
  });

  it.each([
    { status: 404, code: 'NoSuchKey', reason: 'SOURCE_GONE' },
    { status: 404, code: 'NoSuchVersion', reason: 'SOURCE_GONE' },
    { status: 405, code: 'MethodNotAllowed', reason: 'SOURCE_GONE' },
    { status: 412, code: 'PreconditionFailed', reason: 'SOURCE_CHANGED' },
    { status: 403, code: 'AccessDenied', reason: 'INTERNAL' },
  ])('$status $code is $reason, without another attempt', async ({ status, code, reason }) => {
    const store = await open(refusal(status, code));
    await expect(store.fetch(REF, LIMIT)).rejects.toMatchObject({ code: reason });
    await expect(store.fetch(REF, LIMIT)).rejects.not.toThrow(/a\.jpg/);
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    { bytes: 'x'.repeat(LIMIT + 1), reason: 'TOO_MANY_BYTES' },
    { bytes: '', reason: 'EMPTY' },
  ])('refuses by the announced size: $reason', async ({ bytes, reason }) => {
    const store = await open(whole(bytes));
    await expect(store.fetch(REF, LIMIT)).rejects.toMatchObject({ code: reason });
    expect(server.asked).toHaveLength(1);
  });

  it('notices a short body and reads again', async () => {
    const store = await open((response, asked, number) => (number < 3 ? short : whole('0123456789'))(response, asked, number));
    expect((await store.fetch(REF, LIMIT)).bytes).toEqual(new TextEncoder().encode('0123456789'));
    expect(server.asked).toHaveLength(3);
  });

  it.each([
    { name: 'short bodies', answer: short },
    { name: 'resets', answer: ((response) => response.destroy()) satisfies Answer },
    { name: 'SlowDown', answer: refusal(503, 'SlowDown') },
  ])('gives up after some $name with INTERNAL, which may be tried again', async ({ answer }) => {
    const store = await open(answer);
    await expect(store.fetch(REF, LIMIT)).rejects.toMatchObject({ code: 'INTERNAL', retryable: true });
    expect(server.asked).toHaveLength(3);
  });
});

describe('other answers', () => {
  it('head knows what is not there', async () => {
    const store = await open(refusal(404, 'NotFound'));
    expect(await store.head('photos', 'a.jpg')).toBeUndefined();
  });

  it('failures tell whether another attempt may help, and no key', async () => {
    const store = await open((response, asked, number) => refusal(number === 1 ? 503 : 403, 'X')(response, asked, number));
    await expect(store.remove('photos', 'a.jpg')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.head('photos', 'a.jpg')).rejects.toMatchObject({ code: 'INTERNAL', message: expect.not.stringContaining('a.jpg') });
  });

  it('lists page by page, keys decoded once', async () => {
    const store = await open((response, _, number) => {
      const keys = number === 1 ? ['a%2Bb+c.jpg', 'a%252F.jpg'] : ['z%0A%01.jpg'];
      const contents = keys.map(
        (key) =>
          `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>3</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
      );
      const more = number === 1 ? '<IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>' : '';
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(`<ListBucketResult><EncodingType>url</EncodingType>${more}${contents.join('')}</ListBucketResult>`);
    });
    const listed: ListedObject[] = [];
    for await (const object of store.list('photos', 'p/', 'p/after')) listed.push(object);
    expect(listed.map(({ key }) => key)).toEqual(['a+b c.jpg', 'a%2F.jpg', 'z\n\u0001.jpg']);
    expect(listed[0]).toEqual({ key: 'a+b c.jpg', etag: 'e', size: 3, at: Date.parse('2026-01-01T00:00:00Z') });
    expect(server.asked[0]?.url).toContain('start-after=p%2Fafter');
    expect(server.asked[1]?.url).toContain('continuation-token=next');
  });

  it('a signed upload is bound to size and type', async () => {
    const store = await open(whole(''));
    const upload = { bucket: 'photos', key: 'ä b/+.jpg', bytes: 123, contentType: 'image/jpeg', expiresS: 300 };
    const { url, headers } = await store.presignPut(upload);
    const query = new URL(url).searchParams;
    expect(query.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(query.get('X-Amz-Expires')).toBe('300');
    expect([...query.keys()].filter((name) => /checksum|crc32/i.test(name))).toEqual([]);
    expect(headers).toEqual({ 'content-type': 'image/jpeg', 'content-length': '123' });
    const signature = async (changes: Partial<typeof upload>): Promise<string | null> =>
      new URL((await store.presignPut({ ...upload, ...changes })).url).searchParams.get('X-Amz-Signature');
    const signatures = await Promise.all([signature({}), signature({ bytes: 124 }), signature({ contentType: 'image/png' })]);
    expect(new Set(signatures).size).toBe(3);
    expect(server.asked).toEqual([]);
  });
});

describe('writes with a condition', () => {
  const own = { ...REF, bytes: Uint8Array.of(1), contentType: 'image/jpeg' };

  it.each([
    { status: 412, code: 'PreconditionFailed' },
    { status: 409, code: 'ConditionalRequestConflict' },
    { status: 404, code: 'NoSuchKey' },
  ])('have lost when S3 says $status, and another reason without a condition', async ({ status, code }) => {
    const store = await open(refusal(status, code));
    for (const over of [null, ETAG]) await expect(store.put({ ...own, over })).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    await expect(store.put(own)).rejects.toMatchObject({ code: 'INTERNAL' });
    const [absent, present, plain] = server.asked.map(({ headers }) => [headers['if-none-match'], headers['if-match']]);
    expect([absent, present, plain]).toEqual([
      ['*', undefined],
      [undefined, `"${ETAG}"`],
      [undefined, undefined],
    ]);
  });

  it('fail as all others do for other reasons', async () => {
    const store = await open(refusal(403, 'AccessDenied'));
    await expect(store.put({ ...own, over: null })).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
