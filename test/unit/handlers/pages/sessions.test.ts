// Sessions at the page: signing in and out, who sees what, what other sites cannot do, and what everyone is told.
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../../../../functions/core/errors.ts';
import { MAX_TOKEN_CHARS } from '../../../../functions/core/lookup/session.ts';
import type { ApiResult } from '../../../../functions/handlers/http/api-lambda.ts';
import { CALLERS, readyRecord } from '../../../support/api.ts';
import { type Browsed, BUCKET_ORIGIN, pages, SESSIONS } from '../../../support/pages.ts';

const OUT: Browsed = { session: undefined };
const HTTPS = { 'x-forwarded-proto': 'https' };
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

const signIn = (token: string, more: Browsed = {}, to = '/'): Promise<ApiResult> =>
  pages([]).browse('POST', '/session', { ...OUT, form: { token, to }, ...more });

describe('without a session', () => {
  it('every page is the one to sign in with, without data, and says so with 401', async () => {
    const { browse } = pages([await readyRecord('cat.jpg')]);
    const { statusCode, body, headers } = await browse('GET', '/', OUT);
    expect([statusCode, headers['content-type'], headers['www-authenticate']]).toEqual([401, 'text/html; charset=UTF-8', 'Bearer']);
    expect(body).toContain('name="token"');
    expect(body).not.toMatch(/cat|Sign out/);
    expect(JSON.stringify(headers)).not.toContain(BUCKET_ORIGIN);
  });

  it('scripts get a problem', async () => {
    const { statusCode, headers, body } = await pages([]).browse('GET', '/images/x/state', {
      ...OUT,
      headers: { accept: 'application/json' },
    });
    expect([statusCode, headers['content-type'], JSON.parse(body).code]).toEqual([401, 'application/problem+json', 'UNAUTHENTICATED']);
  });

  it('a word of an authorizer, or a token in a header, is no session', async () => {
    const { browse } = pages([]);
    expect((await browse('GET', '/', { ...OUT, headers: { authorization: `Bearer ${SESSIONS.both}` } })).statusCode).toBe(401);
  });
});

describe('signing in', () => {
  it('sets a cookie for this host and this site only, which scripts cannot read, until the token expires', async () => {
    const { statusCode, headers, cookies } = await signIn(` ${SESSIONS.reader}\n`);
    expect([statusCode, headers.location, headers['cache-control']]).toEqual([303, '/', 'no-store']);
    expect(cookies).toEqual([`caption-session=${SESSIONS.reader}; Max-Age=3600; ${ATTRIBUTES}`]);
    const { cookies: secure } = await signIn(SESSIONS.reader, { headers: HTTPS });
    expect(secure).toEqual([`__Host-session=${SESSIONS.reader}; Max-Age=3600; ${ATTRIBUTES}; Secure`]);
  });

  it('leads back to the page that was asked for, and never to another site', async () => {
    const asked = await pages([]).browse('GET', '/review', { ...OUT, query: 'prefix=a%2F' });
    expect(asked.body).toContain('name="to" value="/review?prefix=a%2F"');
    expect((await signIn(SESSIONS.both, {}, '/review?prefix=a%2F')).headers.location).toBe('/review?prefix=a%2F');
    for (const to of ['https://else.example/', '//else.example', '/\\else.example', '/\n/else.example', 'review', '/a//b@c', '']) {
      const { statusCode, body } = await signIn(SESSIONS.both, {}, to);
      expect([statusCode, body.includes('to: is no page of this site.')]).toEqual([400, true]);
    }
  });

  it('with what is no token that can be used is refused, with the reason beside the field', async () => {
    for (const token of ['', 'nonsense', 'an.other.token', 'a.b.c; Path=/', `a.b.${'c'.repeat(MAX_TOKEN_CHARS)}`]) {
      const { statusCode, body, cookies } = await signIn(token);
      expect([statusCode, cookies]).toEqual([401, undefined]);
      expect(body).toMatch(/role="alert">This is not a token.*aria-describedby="token-hint wrong" aria-invalid="true"/s);
    }
  });

  it('with a token that names nobody is refused the same way', async () => {
    const { body, cookies } = await signIn(SESSIONS.nobody);
    expect([body.includes('This is not a token'), cookies]).toEqual([true, undefined]);
  });

  it('takes a form of these fields and of a moderate size only', async () => {
    const { browse } = pages([]);
    const status = async (more: Browsed): Promise<number> => (await browse('POST', '/session', { ...OUT, ...more })).statusCode;
    expect(await status({ json: { token: SESSIONS.both } })).toBe(415);
    expect(await status({ form: { token: SESSIONS.both, admin: '1' } })).toBe(400);
    expect(await status({ form: `token=${SESSIONS.both}&token=${SESSIONS.both}` })).toBe(400);
    expect(await status({ form: 'token=%E0%A4' })).toBe(400);
    expect(await status({ form: '' })).toBe(400);
    expect(await status({ form: `token=${'a'.repeat(300_000)}` })).toBe(413);
  });

  it('offers a way on to whom a link of another site led here', async () => {
    const { browse } = pages([]);
    expect((await browse('GET', '/review', { ...OUT, headers: { 'sec-fetch-site': 'cross-site' } })).body).toContain('<a href="/review">');
    expect((await browse('GET', '/review', OUT)).body).not.toContain('<a href="/review">');
  });
});

describe('a session', () => {
  it('shows the pages, with who may read and nobody else', async () => {
    const record = await readyRecord('cat.jpg');
    const { browse } = pages([record]);
    const { statusCode, body, headers } = await browse('GET', '/');
    expect([statusCode, headers['cache-control'], headers.vary]).toEqual([200, 'no-store', 'Cookie']);
    expect(body).toContain('cat.jpg');
    expect((await browse('GET', '/', { session: SESSIONS.reader })).statusCode).toBe(200);
    const refused = await browse('GET', '/', { session: SESSIONS.writer });
    expect([refused.statusCode, refused.body.includes('Not allowed'), refused.body.includes('cat')]).toEqual([403, true, false]);
    expect((await browse('GET', '/', { session: SESSIONS.shop })).body).not.toContain('cat.jpg');
  });

  it('of another program of the same machine is neither read nor removed', async () => {
    const { body, cookies } = await pages([]).browse('GET', '/', { cookies: ['session=another.program.s'] });
    expect([body.includes('Your session has ended'), cookies]).toEqual([false, undefined]);
  });

  it('that has ended is said to have, and removed', async () => {
    const { body, cookies, statusCode } = await pages([]).browse('GET', '/', { session: 'ended.token.signed' });
    expect([statusCode, cookies]).toEqual([401, [`caption-session=; Max-Age=0; ${ATTRIBUTES}`]]);
    expect(body).toContain('Your session has ended');
  });

  it.each([
    ['several sessions', [`caption-session=${SESSIONS.both}`, `caption-session=${SESSIONS.reader}`]],
    ['the same twice', [`caption-session=${SESSIONS.both}`, `caption-session=${SESSIONS.both}`]],
    ['several in one', [`caption-session=${SESSIONS.both}; caption-session=${SESSIONS.both}`]],
    ['an empty one', ['caption-session=']],
    ['quotes', [`caption-session="${SESSIONS.both}"`]],
    ['an escape', [`caption-session=${SESSIONS.both.replace('.', '%2E')}`]],
    ['another name', [`Caption-session=${SESSIONS.both}`, `session=${SESSIONS.both}`, `caption-session =${SESSIONS.both}`]],
    ['what is no cookie', ['session', ';;;', '=', SESSIONS.both]],
    ['bytes', [`caption-session=${SESSIONS.both}\u0000`, 'x=\u{1F36A}']],
  ])('is not in a cookie with %s', async (_, cookies) => {
    expect((await pages([]).browse('GET', '/', { cookies })).statusCode).toBe(401);
  });

  it('is found beside other cookies', async () => {
    const { browse } = pages([]);
    expect((await browse('GET', '/', { cookies: ['a=b', `caption-session=${SESSIONS.both}`, 'caption-session2=x'] })).statusCode).toBe(200);
    expect((await browse('GET', '/', { cookies: [`a="; caption-session=x"`, `caption-session=${SESSIONS.both}`] })).statusCode).toBe(401);
  });

  it('over https is only in a cookie that this host has set itself', async () => {
    const { browse } = pages([]);
    const status = async (name: string): Promise<number> =>
      (await browse('GET', '/', { cookies: [`${name}=${SESSIONS.both}`], headers: HTTPS })).statusCode;
    expect([await status('__Host-session'), await status('session')]).toEqual([200, 401]);
  });

  it('is no way into the API', async () => {
    const { browse, ask } = pages([]);
    expect((await browse('GET', '/v1/images')).statusCode).toBe(401);
    expect((await ask('GET', '/v1/images', { as: CALLERS.both })).statusCode).toBe(200);
  });

  it('ends by signing out', async () => {
    const { statusCode, headers, cookies } = await pages([]).browse('POST', '/session/end');
    expect([statusCode, headers.location, cookies]).toEqual([303, '/', [`caption-session=; Max-Age=0; ${ATTRIBUTES}`]]);
    expect(headers['clear-site-data']).toBe('"cache"');
  });

  it('cannot be told while the issuer is silent, and nothing is lost by that', async () => {
    const { page, browse, logged } = pages([]);
    page.verifyToken = async () => {
      throw new ServiceUnavailable('https://login.example.com is silent');
    };
    const { statusCode, body, cookies } = await browse('GET', '/');
    expect([statusCode, cookies, logged]).toEqual([503, undefined, ['a page failed']]);
    expect(body).toContain('Not available now');
    expect(body).not.toContain('login.example.com');
  });
});

describe('other sites', () => {
  const own = { host: 'captions.example' };
  const SAME: Record<string, string>[] = [
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { ...own, origin: 'http://captions.example' },
  ];
  const OTHER: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', ...own, origin: 'http://captions.example' },
    { ...own },
    { ...own, origin: 'null' },
    { ...own, origin: 'http://else.example' },
    { ...own, origin: 'http://captions.example.else.example' },
    { ...own, origin: 'https://captions.example' },
    { host: '', origin: 'http://' },
  ];
  /** A browser's headers without the usual ones. */
  const only = (headers: Record<string, string>): Browsed => ({ bare: true, headers });

  it('send no forms, whatever the cookie', async () => {
    const { browse } = pages([]);
    const form = { token: SESSIONS.both };
    for (const headers of OTHER) {
      const { statusCode, body, cookies } = await browse('POST', '/session', { ...only(headers), form });
      expect([statusCode, cookies]).toEqual([403, undefined]);
      expect(body).toContain('from another site');
    }
    for (const headers of SAME) expect((await browse('POST', '/session', { ...only(headers), form })).statusCode).toBe(303);
  });

  it('over https are those whose origin is another, too', async () => {
    const { browse } = pages([]);
    const status = async (origin: string): Promise<number> =>
      (await browse('POST', '/session/end', only({ ...own, ...HTTPS, origin }))).statusCode;
    expect([await status('https://captions.example'), await status('http://captions.example')]).toEqual([303, 403]);
  });

  it('get a problem when a script asks', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', accept: 'application/json' };
    const { statusCode, body } = await pages([]).browse('POST', '/uploads', { headers, json: {} });
    expect([statusCode, JSON.parse(body).code]).toEqual([403, 'CROSS_SITE']);
  });
});
