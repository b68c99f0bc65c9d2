// What the page answers besides the pages themselves: security headers, errors, files, and what its script asks.
import { describe, expect, it } from 'vitest';
import { PAGE_ROUTES } from '../../../../functions/core/lookup/page-routes.ts';
import { readyRecord } from '../../../support/api.ts';
import { BUCKET_ORIGIN, pages, SESSIONS } from '../../../support/pages.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' blob: ${BUCKET_ORIGIN}`,
  "media-src 'self' https://photos.example",
  `connect-src 'self' ${BUCKET_ORIGIN}`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
];

const SCRIPT = { accept: 'application/json' };

describe('every answer', () => {
  it('of every route has the headers that keep other sites out', async () => {
    const record = await readyRecord('cat.jpg');
    for (const { method, path } of PAGE_ROUTES) {
      const { browse } = pages([record]);
      const { headers } = await browse(method, path.replace('{id}', record.id), { headers: { 'x-forwarded-proto': 'https' }, ...signedIn });
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': path === '/fill-alt.js' ? 'cross-origin' : 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': 'max-age=31536000',
      });
      if (headers['content-type']?.startsWith('text/html')) expect(headers['content-security-policy']).toBeDefined();
    }
  });

  it('that is a page has no inline script or style, and loads nothing from elsewhere', async () => {
    const { headers, body } = await pages([await readyRecord('cat.jpg')]).browse('GET', '/');
    expect(headers['content-security-policy']?.split('; ')).toEqual(POLICY);
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*src="\/page\.js\?v=)/i);
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

const signedIn = { cookies: [`__Host-session=${SESSIONS.both}`] };

describe('an error', () => {
  it('is a page with a heading and a way on', async () => {
    const { statusCode, body } = await pages([]).browse('GET', `/images/${'x'.repeat(22)}`);
    expect(statusCode).toBe(404);
    expect(body).toMatch(/<title>Not found - .*<h1>Not found<\/h1>.*<a href="\/">/s);
  });

  it('of ours tells nothing of the inside, and is logged', async () => {
    let broken = false;
    const record = await readyRecord('cat.jpg');
    const { browse, logged } = pages([record], {}, { readFault: () => broken });
    broken = true;
    const { statusCode, body } = await browse('GET', `/images/${record.id}`);
    expect([statusCode, logged]).toEqual([500, ['a page failed']]);
    expect(body).toContain('Something went wrong');
    expect(body).not.toMatch(/Exception|\.ts:|\bat /);
  });

  it('is still a page when the bucket cannot be named', async () => {
    const { page, browse } = pages([]);
    page.bucketOrigin = async () => {
      throw new Error('no credentials');
    };
    const { statusCode, body, headers } = await browse('GET', '/');
    expect([statusCode, body.includes('no credentials')]).toEqual([500, false]);
    expect(headers['content-security-policy']).toContain("img-src 'self' blob:;");
  });

  it('names what is wrong with the request as it was written', async () => {
    const { statusCode, body } = await pages([]).browse('POST', '/session', { form: { token: 'a', '<b>': 'x' } });
    expect(statusCode).toBe(400);
    expect(body).toContain('&lt;b&gt;: is not known here.');
  });

  it('is a problem for the script', async () => {
    const { statusCode, headers, body } = await pages([]).browse('GET', '/images/x/picture', { headers: SCRIPT });
    expect([statusCode, headers['content-type'], JSON.parse(body).code]).toEqual([404, 'application/problem+json', 'NOT_FOUND']);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: 'Cookie' });
  });
});

describe('a file', () => {
  it('is for everyone, kept for good under the address that pages link to', async () => {
    const { browse } = pages([]);
    const { body } = await browse('GET', '/');
    for (const [path, type] of [
      ['/page.css', 'text/css; charset=utf-8'],
      ['/page.js', 'text/javascript; charset=utf-8'],
      ['/favicon.svg', 'image/svg+xml'],
    ] as const) {
      const [, query = ''] = new RegExp(`"${path}\\?([^"]+)"`).exec(body) ?? [];
      const kept = await browse('GET', path, { query, session: undefined });
      expect([kept.statusCode, kept.headers['content-type']]).toEqual([200, type]);
      expect(kept.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      const etag = kept.headers.etag ?? '';
      expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
      const bare = await browse('GET', path);
      expect([bare.headers['cache-control'], bare.headers.vary]).toEqual(['no-cache', undefined]);
      const again = await browse('GET', path, { headers: { 'if-none-match': `"other", ${etag}` } });
      expect([again.statusCode, again.body]).toEqual([304, '']);
      expect((await browse('GET', path, { headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
    }
  });
});

describe('a picture', () => {
  it('is shown by a signed address for a short time', async () => {
    const record = await readyRecord('cat.html');
    const { statusCode, headers } = await pages([record]).browse('GET', `/images/${record.id}/picture`, { session: SESSIONS.reader });
    expect(statusCode).toBe(302);
    expect(headers).toMatchObject({
      location: `${BUCKET_ORIGIN}/cat.html?version=v1&type=image/jpeg&expires=300`,
      'cache-control': 'private, max-age=240',
    });
  });

  it('of others is not there', async () => {
    const record = await readyRecord('cat.jpg');
    const { statusCode, headers } = await pages([record]).browse('GET', `/images/${record.id}/picture`, { session: SESSIONS.shop });
    expect([statusCode, headers.location]).toEqual([404, undefined]);
  });
});

describe('the script', () => {
  it('plans an upload with the session of someone who may', async () => {
    const { browse } = pages([]);
    const json = { key: 'shop/a.png', contentType: 'image/png', bytes: 9 };
    const { statusCode, body } = await browse('POST', '/uploads', { headers: SCRIPT, json, session: SESSIONS.shop });
    expect([statusCode, JSON.parse(body)]).toMatchObject([201, { method: 'PUT', url: expect.stringContaining(BUCKET_ORIGIN) }]);
    const status = async (session: string, more = json): Promise<number> =>
      (await browse('POST', '/uploads', { headers: SCRIPT, json: more, session })).statusCode;
    expect(await status(SESSIONS.reader)).toBe(403);
    expect(await status(SESSIONS.shop, { ...json, key: 'else/a.png' })).toBe(403);
    expect(await status(SESSIONS.shop, { ...json, bytes: 0 })).toBe(400);
  });

  it('sees how far a picture is', async () => {
    const record = await readyRecord('cat.jpg');
    const { body, headers } = await pages([record]).browse('GET', `/images/${record.id}/state`, { headers: SCRIPT });
    expect(JSON.parse(body)).toMatchObject({ id: record.id, state: 'READY', alt: 'A cat on a mat.' });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('takes a picture that is not there for one on its way, and so those of others', async () => {
    const record = await readyRecord('cat.jpg');
    const { browse } = pages([record]);
    const seen = async (id: string): Promise<unknown> =>
      JSON.parse((await browse('GET', `/images/${id}/state`, { session: SESSIONS.shop })).body);
    const absent = { state: 'PENDING', alt: null, outdated: false, sure: [] };
    const unknown = 'x'.repeat(22);
    expect([await seen(unknown), await seen(record.id)]).toEqual([
      { id: unknown, ...absent },
      { id: record.id, ...absent },
    ]);
  });

  it('hears that the store is broken', async () => {
    let broken = false;
    const { browse } = pages([await readyRecord('cat.jpg')], {}, { readFault: () => broken });
    broken = true;
    expect((await browse('GET', `/images/${'x'.repeat(22)}/state`, { headers: SCRIPT })).statusCode).toBe(500);
  });
});
