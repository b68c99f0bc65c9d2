// Who sees and does what at the page on one machine: every route of the page with every kind of session, others' pictures, other sites, and
// the machine's own browser.
import { rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PAGE_ROUTES, pageRouteName } from '../../functions/core/lookup/page-routes.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { eventually, photo, startForTest, temporaryFolder } from '../support/local-service.ts';
import { BOTH, expectedStatus, TOKEN_CALLERS } from '../support/token-callers.ts';

const MINE = 'shop/mine.jpg';
const THEIRS = 'theirs/secret.jpg';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const dataFolder = temporaryFolder();
let service: LocalService;
let s3: S3Client;
let ids: Record<string, string>;

const idOf = async (key: string): Promise<string | undefined> => {
  const headers = { authorization: `Bearer ${await service.token({ scopes: BOTH })}` };
  const response = await fetch(`${service.apiUrl}/v1/images?${new URLSearchParams({ key })}`, { headers });
  const { id, state } = (await response.json()) as { id: string; state?: string };
  return state === 'READY' ? id : undefined;
};

beforeAll(async () => {
  ({ service, s3 } = await startForTest({ dataFolder, open: false }));
  const pairs = [MINE, THEIRS].map(async (key) => {
    await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: await photo('cat.jpg') }));
    return [key, await eventually(`record of ${key}`, () => idOf(key))] as const;
  });
  ids = Object.fromEntries(await Promise.all(pairs));
}, 120_000);

afterAll(async () => {
  s3?.destroy();
  await service?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

type Visit = { token?: string | undefined; headers?: Record<string, string>; body?: string };

/** As a browser at the page of this very service. */
const visit = (method: string, path: string, { token, headers = {}, body }: Visit = {}): Promise<Response> =>
  fetch(`${service.apiUrl}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'text/html',
      origin: service.apiUrl,
      ...(token !== undefined && { cookie: `caption-session=${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });

/** A picture has no descriptions by time: who may read is told so. */
const OF_VIDEOS = '/images/{id}/descriptions.vtt';

const guarded = PAGE_ROUTES.flatMap((route) => ('scope' in route ? [route] : []));
const cases = Object.entries(TOKEN_CALLERS).flatMap(([caller, { may }]) =>
  guarded.map(({ method, path, scope }) => ({ caller, method, path, expected: expectedStatus(may, scope) })),
);

describe('with tokens required', () => {
  it.each(cases)('$caller: $method $path is $expected', async ({ caller, method, path, expected }) => {
    const token = await TOKEN_CALLERS[caller]?.token(service, dataFolder);
    const response = await visit(method, path.replace('{id}', ids[MINE] ?? ''), { token });
    const text = await response.text();
    if (expected === 'in' && path === OF_VIDEOS)
      return expect([response.status, text]).toEqual([404, expect.stringContaining('no descriptions')]);
    if (expected === 'in') return expect([401, 403, 404, 500]).not.toContain(response.status);
    expect(response.status).toBe(expected);
    expect(text).not.toMatch(/mine|secret/);
  });

  it.each(Object.entries(TOKEN_CALLERS))('%s signs in only with a token that the API takes', async (caller, { may }) => {
    const token = (await TOKEN_CALLERS[caller]?.token(service, dataFolder)) ?? '';
    const response = await visit('POST', '/session', { headers: FORM, body: new URLSearchParams({ token }).toString() });
    expect(response.status).toBe(may === 'nothing' ? 401 : 303);
    expect(response.headers.get('set-cookie')?.split(';')[0]).toBe(may === 'nothing' ? undefined : `caption-session=${token}`);
  });

  it('everyone gets the files', async () => {
    for (const route of PAGE_ROUTES.filter(({ method, ...route }) => method === 'GET' && !('scope' in route))) {
      expect([pageRouteName(route), (await visit('GET', route.path)).status]).toEqual([pageRouteName(route), 200]);
    }
  });

  it("someone with a prefix finds nothing of others', at no route", async () => {
    const token = await service.token({ scopes: BOTH, prefixes: ['shop/'] });
    for (const { method, path } of guarded) {
      const theirs = await visit(method, path.replace('{id}', ids[THEIRS] ?? ''), {
        token,
        ...(method === 'POST' && { headers: FORM, body: 'x=1' }),
      });
      if (path.includes('{id}') && path !== '/images/{id}/state') expect([400, 404]).toContain(theirs.status);
      expect(await theirs.text()).not.toContain('secret');
    }
    const state = await visit('GET', `/images/${ids[THEIRS]}/state`, { token });
    expect(await state.json()).toEqual({ id: ids[THEIRS], state: 'PENDING', alt: null, outdated: false, sure: [] });
    const mine = await visit('GET', `/images/${ids[MINE]}/picture`, { token });
    expect([mine.status, (await fetch(mine.headers.get('location') ?? '')).headers.get('content-type')]).toEqual([302, 'image/jpeg']);
  });

  it('other sites send no forms with a cookie', async () => {
    const token = await service.token({ scopes: BOTH });
    for (const { method, path } of PAGE_ROUTES.filter((route) => route.method === 'POST')) {
      for (const headers of [{ origin: 'https://else.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
        expect(
          (await visit(method, path.replace('{id}', ids[MINE] ?? ''), { token, headers: { ...FORM, ...headers }, body: 'x=1' })).status,
        ).toBe(403);
      }
    }
  });

  it('the API takes no cookies', async () => {
    expect((await visit('GET', '/v1/images', { token: await service.token({ scopes: BOTH }) })).status).toBe(401);
  });

  it('only public keys are shown', async () => {
    const { keys } = (await (await visit('GET', '/.well-known/jwks.json')).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).toSorted())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });
});

/** Asks with headers that only browsers may set. */
const asked = (url: string, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => void get(url, { headers }, (answer) => resolve(answer.resume())).once('error', reject));

describe('without tokens', () => {
  it('this machine is signed in by itself, and nobody else, whatever name they use', async () => {
    const folder = temporaryFolder();
    const { service: open } = await startForTest({ dataFolder: folder });
    onTestFinished(async () => {
      await open.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const status = async (headers: Record<string, string>): Promise<number | undefined> =>
      (await asked(`${open.apiUrl}/`, headers)).statusCode;
    expect(await status({})).toBe(200);
    expect(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
    expect(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(401);
    expect(await status({ origin: 'https://else.example' })).toBe(401);
    expect(await status({ host: `else.example:${new URL(open.apiUrl).port}` })).toBe(401);
    expect(await status({ cookie: 'caption-session=a.b.c' })).toBe(401);
    // browsers send what other programs of this machine call a session
    const others = await asked(`${open.apiUrl}/`, { cookie: 'session=a.b.c' });
    expect([others.statusCode, others.headers['set-cookie']]).toEqual([200, undefined]);
    const form = (origin: string): Promise<Response> =>
      fetch(`${open.apiUrl}/review`, { method: 'POST', headers: { ...FORM, origin }, body: 'x=1' });
    expect((await form('https://else.example')).status).toBe(403);
    expect((await form(open.apiUrl)).status).toBe(400);
  });
});
