// Who may do what: signatures in headers and in presigned URLs, unsigned requests, pages of web sites.
import { createHash, createHmac } from 'node:crypto';
import { get } from 'node:http';
import { CreateMultipartUploadCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it, vi } from 'vitest';
import { clientOf, presignerOf, startObjects } from '../../support/object-servers.ts';

const codeOf = async (answer: Response): Promise<string> => `${answer.status} ${/<Code>(\w+)/.exec(await answer.text())?.[1] ?? ''}`.trim();

describe('requests with a signature', () => {
  it('are taken with the right key only', async () => {
    const { url, client } = await startObjects({ open: false });
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'x' }));
    const other = (accessKeyId: string, secretAccessKey: string) =>
      clientOf(url, { credentials: { accessKeyId, secretAccessKey } }).send(new ListObjectsV2Command({ Bucket: 'plain' }));
    await expect(other('local', 'wrong')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } });
    await expect(other('other', 'local')).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  });

  it('are checked even where none is needed', async () => {
    const { url } = await startObjects({ open: true });
    const wrong = clientOf(url, { credentials: { accessKeyId: 'local', secretAccessKey: 'wrong' } });
    await expect(wrong.send(new ListObjectsV2Command({ Bucket: 'plain' }))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    for (const authorization of ['AWS4-HMAC-SHA256 x', 'Basic bG9jYWw6bG9jYWw=', 'Bearer x']) {
      expect((await fetch(`${url}/plain?list-type=2`, { headers: { authorization } })).status).toBe(400);
    }
  });

  it('may sign every chunk of the body', async () => {
    const { url, changes } = await startObjects({ open: false });
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
    const key = scope.split('/').reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), 'AWS4local');
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const sign = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
    const headers = {
      host: new URL(url).host,
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-date': date,
      'x-amz-decoded-content-length': '5',
    };
    const names = Object.keys(headers).join(';');
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const canonical = ['PUT', '/plain/k', '', lines.join(''), names, headers['x-amz-content-sha256']].join('\n');
    const signature = sign(['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n'));
    const chunk = (previous: string, text: string): string =>
      sign(['AWS4-HMAC-SHA256-PAYLOAD', date, scope, previous, sha256(''), sha256(text)].join('\n'));
    const first = chunk(signature, 'hello');
    const put = (text: string, last: string): Promise<Response> =>
      fetch(`${url}/plain/k`, {
        method: 'PUT',
        headers: {
          ...headers,
          authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=${names}, Signature=${signature}`,
        },
        body: `5;chunk-signature=${first}\r\n${text}\r\n0;chunk-signature=${last}\r\n\r\n`,
      });
    expect((await put('hello', chunk(first, ''))).status).toBe(200);
    expect(await codeOf(await put('hallo', chunk(first, '')))).toBe('403 SignatureDoesNotMatch');
    expect(await codeOf(await put('hello', first))).toBe('403 SignatureDoesNotMatch');
    expect(changes).toHaveLength(1);
  });
});

describe('a presigned PUT', () => {
  const presign = (url: string, body: string, expiresIn = 60): Promise<string> => {
    const command = new PutObjectCommand({ Bucket: 'plain', Key: 'up/a b.jpg', ContentLength: body.length, ContentType: 'image/jpeg' });
    return getSignedUrl(presignerOf(url), command, { expiresIn, signableHeaders: new Set(['content-type', 'content-length']) });
  };
  const put = async (signed: string, body: string, type = 'image/jpeg'): Promise<string> =>
    codeOf(await fetch(signed, { method: 'PUT', body, headers: { 'content-type': type } }));

  it('takes exactly the size and type that were signed, at that place, while it is valid', async () => {
    const { url, changes } = await startObjects({ open: false });
    const signed = await presign(url, 'picture');
    expect(await put(signed, 'picture')).toBe('200');
    expect(await put(signed, 'pictures')).toBe('403 SignatureDoesNotMatch');
    expect(await put(signed, 'pic')).toBe('403 SignatureDoesNotMatch');
    expect(await put(signed, 'picture', 'text/html')).toBe('403 SignatureDoesNotMatch');
    expect(await put(signed.replace('up/', 'down/'), 'picture')).toBe('403 SignatureDoesNotMatch');
    expect(await put(signed.replace('Expires=60', 'Expires=600'), 'picture')).toBe('403 SignatureDoesNotMatch');
    expect(await put(signed.replace(/X-Amz-Signature=\w+/, ''), 'picture')).toBe('400 AuthorizationQueryParametersError');
    expect(await codeOf(await fetch(signed))).toBe('403 SignatureDoesNotMatch');
    const more = { 'content-type': 'image/jpeg', 'x-amz-meta-more': '1' };
    expect(await codeOf(await fetch(signed, { method: 'PUT', body: 'picture', headers: more }))).toBe('403 AccessDenied');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    try {
      expect(await put(signed, 'picture')).toBe('403 AccessDenied');
    } finally {
      vi.useRealTimers();
    }
    expect(changes).toMatchObject([{ key: 'up/a b.jpg', size: 7 }]);
  });
});

describe('requests without a signature', () => {
  it('are refused unless the server is open', async () => {
    const closed = await startObjects({ open: false });
    expect(await codeOf(await fetch(`${closed.url}/plain/k`, { method: 'PUT', body: 'x' }))).toBe('403 AccessDenied');
    const open = await startObjects();
    expect(await codeOf(await fetch(`${open.url}/plain/k`, { method: 'PUT', body: 'x' }))).toBe('200');
    expect(open.url).toContain('//127.0.0.1:');
  });

  it('may come from the pages that the CORS rules name, and from no others', async () => {
    const rule = { allowedOrigins: ['http://localhost:3000', 'https://*.example'], allowedMethods: ['PUT', 'GET'] };
    const cors = [{ ...rule, allowedHeaders: ['Content-Type', 'x-amz-*'], exposedHeaders: ['ETag'], maxAgeS: 300 }];
    const { url, client } = await startObjects({ buckets: [{ name: 'plain', versioned: false, cors }] });
    const ask = (origin: string, method: string, headers: string): Promise<Response> =>
      fetch(`${url}/plain/k`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
      });
    const allowed = await ask('https://a.example', 'PUT', 'content-type, x-amz-meta-a');
    expect(allowed.status).toBe(200);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-max-age': '300',
    });
    expect((await ask('https://a.example', 'DELETE', '')).status).toBe(403);
    expect((await ask('https://a.example', 'PUT', 'authorization')).status).toBe(403);
    expect((await ask('https://evil.test', 'PUT', '')).status).toBe(403);
    const put = (origin: string): Promise<Response> => fetch(`${url}/plain/k`, { method: 'PUT', body: 'x', headers: { origin } });
    const answer = await put('http://localhost:3000');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, 'http://localhost:3000']);
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag');
    expect((await put('https://evil.test')).status).toBe(403);
    expect((await put('null')).status).toBe(403);
    // a signature is enough, whatever the page; the browser then keeps the answer from it
    const signed = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'plain', Key: 'k' }));
    const read = await fetch(signed, { headers: { origin: 'https://evil.test' } });
    expect([await read.text(), read.headers.get('access-control-allow-origin')]).toEqual(['x', null]);
  });

  it('change nothing for other pages, whose signature may be right: everybody knows the key', async () => {
    const { url, client } = await startObjects();
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'x' }));
    const upload = await getSignedUrl(presignerOf(url), new CreateMultipartUploadCommand({ Bucket: 'plain', Key: 'k' }));
    const post = (headers: Record<string, string>): Promise<Response> => fetch(upload, { method: 'POST', headers });
    expect(await codeOf(await post({ origin: 'https://evil.test' }))).toBe('403 AccessDenied');
    expect(await codeOf(await post({}))).toBe('200');
  });

  it('read nothing under a name that was made to point here, signed or not', async () => {
    const { url, client } = await startObjects();
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'x' }));
    const { port } = new URL(url);
    const status = (path: string, host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, headers: { host } }, (answer) => resolve(answer.resume().statusCode)).once('error', reject);
      });
    const signed = async (name: string): Promise<number | undefined> => {
      const named = clientOf(`http://${name}:${port}`, { forcePathStyle: true });
      const address = new URL(await getSignedUrl(named, new GetObjectCommand({ Bucket: 'plain', Key: 'k' })));
      return status(`${address.pathname}${address.search}`, address.host);
    };
    expect([await status('/plain/k', `127.0.0.1:${port}`), await signed('127.0.0.1'), await signed('localhost')]).toEqual([200, 200, 200]);
    expect([await status('/plain/k', `rebound.test:${port}`), await signed('rebound.test')]).toEqual([403, 403]);
  });
});
