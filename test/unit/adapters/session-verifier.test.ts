// Verification of sessions' tokens with real signatures: what API Gateway's authorizer takes is taken, and nothing else.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sessionVerifier } from '../../../functions/adapters/session-verifier.ts';

const ISSUER = 'https://login.example.com/';
const AUDIENCE = ['captions-api', 'shop'];
const NOW = Date.UTC(2026, 0, 5, 10);
const NOW_S = NOW / 1000;
/** After these, keys that could not be read, or were not there, are asked for again. */
const PAUSE_MS = 5000;
const COOLDOWN_MS = 30_000;
const CLAIMS = { sub: 'ann', scope: 'captions:read', iss: ISSUER, aud: 'captions-api', iat: NOW_S - 10, exp: NOW_S + 600 };

type Pair = { privateKey: CryptoKey; jwk: JWK };
const pairs: Record<string, Pair> = {};

const pairOf = async (alg: string, kid: string): Promise<Pair> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
};

beforeAll(async () => {
  pairs.rsa = await pairOf('RS256', 'rsa');
  pairs.other = await pairOf('RS256', 'rsa');
  pairs.ec = await pairOf('ES256', 'ec');
});

const pair = (name: string): Pair => pairs[name] ?? expect.fail(`no pair ${name}`);

const signed = (
  claims: Record<string, unknown>,
  { by = 'rsa', alg = 'RS256', kid = by }: { by?: string; alg?: string; kid?: string } = {},
): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(pair(by).privateKey);

/** An address that shows something. */
const serving = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
};

const keys = (): string => JSON.stringify({ keys: [pair('rsa').jwk, pair('ec').jwk] });

const verifier = async (audience = AUDIENCE) =>
  sessionVerifier({ issuer: ISSUER, audience, jwksUrl: await serving((_, response) => void response.end(keys())), clock: () => NOW });

describe('a token', () => {
  it('of the issuer, for one of the audiences, in its time, is taken with its claims', async () => {
    const verify = await verifier();
    expect(await verify(await signed(CLAIMS))).toEqual({ claims: CLAIMS, expiresAt: NOW + 600_000 });
    for (const aud of ['shop', ['else', 'shop']]) expect(await verify(await signed({ ...CLAIMS, aud }))).toBeDefined();
    const { aud: _, ...client } = { ...CLAIMS, client_id: 'shop' };
    expect(await verify(await signed(client))).toBeDefined();
  });

  const wrong: Record<string, Record<string, unknown>> = {
    expired: { exp: NOW_S - 60 },
    'without an end': { exp: undefined },
    'not valid yet': { nbf: NOW_S + 60 },
    'made in the future': { iat: NOW_S + 60 },
    'of another issuer': { iss: 'https://login.example.com' },
    'of no issuer': { iss: undefined },
    'for another audience': { aud: 'another' },
    'for nobody': { aud: undefined },
    'for an empty list': { aud: [], client_id: 'shop' },
    'for another audience, by a client of ours': { aud: 'another', client_id: 'shop' },
  };
  it.each(Object.entries(wrong))('%s is not', async (_, claims) => {
    expect(await (await verifier())(await signed({ ...CLAIMS, ...claims }))).toBeUndefined();
  });

  it('that nobody signed, or somebody else did, is not', async () => {
    const verify = await verifier();
    const [head = '', body = '', signature = ''] = (await signed(CLAIMS)).split('.');
    const raised = Buffer.from(JSON.stringify({ ...CLAIMS, scope: 'captions:write' })).toString('base64url');
    const none = new UnsecuredJWT(CLAIMS).encode();
    const secret = new TextEncoder().encode(JSON.stringify(pair('rsa').jwk));
    const confused = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'rsa' }).sign(secret);
    const own = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'RS256', jwk: pair('other').jwk, jku: 'https://else.example/keys' })
      .sign(pair('other').privateKey);
    const tokens = [
      await signed(CLAIMS, { by: 'other', kid: 'rsa' }),
      await signed(CLAIMS, { kid: 'unknown' }),
      await signed(CLAIMS, { by: 'ec', alg: 'ES256' }),
      ...[none, confused, own, `${head}.${raised}.${signature}`, `${head}.${body}.`, `${head}.${body}`, 'a.b.c', '', '..'],
    ];
    for (const token of tokens) expect(await verify(token)).toBeUndefined();
  });
});

describe('the keys', () => {
  it('are read once for many tokens, and not again for every unknown key', async () => {
    let reads = 0;
    const jwksUrl = await serving((_, response) => {
      reads++;
      response.end(keys());
    });
    const verify = sessionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl, clock: () => NOW });
    const tokens = await Promise.all([signed(CLAIMS), signed(CLAIMS, { kid: 'new' }), signed(CLAIMS, { kid: 'newer' }), signed(CLAIMS)]);
    for (const token of tokens) await verify(token);
    expect(reads).toBe(1);
  });

  it('that cannot be read make the page unavailable for the moment, not the token wrong', async () => {
    let works = false;
    let now = NOW;
    const jwksUrl = await serving((_, response) => void response.writeHead(works ? 200 : 503).end(keys()));
    const verify = sessionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl, clock: () => now });
    const token = await signed(CLAIMS);
    await expect(verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    works = true;
    now += PAUSE_MS;
    expect(await verify(token)).toBeDefined();
  });

  it('are not asked for by every token while they cannot be read', async () => {
    let reads = 0;
    let now = NOW;
    const jwksUrl = await serving((_, response) => {
      reads++;
      response.writeHead(503).end();
    });
    const verify = sessionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl, clock: () => now });
    for (const kid of ['rsa', 'new', 'newer'])
      await expect(verify(await signed(CLAIMS, { kid }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(reads).toBe(1);
    now += PAUSE_MS;
    await expect(verify(await signed(CLAIMS))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(reads).toBe(2);
  });

  it('that were read serve their tokens also while unknown ones cannot be asked for', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    let works = true;
    let reads = 0;
    const jwksUrl = await serving((_, response) => {
      reads++;
      response.writeHead(works ? 200 : 503).end(keys());
    });
    const verify = sessionVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl, clock: Date.now });
    const token = await signed(CLAIMS);
    expect(await verify(token)).toBeDefined();
    works = false;
    vi.setSystemTime(NOW + COOLDOWN_MS);
    for (const kid of ['new', 'newer']) await expect(verify(await signed(CLAIMS, { kid }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([reads, await verify(token)]).toEqual([2, expect.anything()]);
  });
});

describe('an issuer', () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** The issuer, as far as `fetch` knows; @returns what it was asked. */
  const playing = (document: object): string[] => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: string | URL) => {
      asked.push(String(url));
      return new Response(String(url).endsWith('openid-configuration') ? JSON.stringify(document) : keys());
    });
    return asked;
  };
  const verify = () => sessionVerifier({ issuer: ISSUER, audience: AUDIENCE, clock: () => NOW });

  it('is asked once where its keys are', async () => {
    const asked = playing({ issuer: ISSUER, jwks_uri: 'https://keys.example.com/all' });
    const check = verify();
    for (const token of [await signed(CLAIMS), await signed(CLAIMS)]) expect(await check(token)).toBeDefined();
    expect(asked).toEqual(['https://login.example.com/.well-known/openid-configuration', 'https://keys.example.com/all']);
  });

  it.each([
    ['calls itself otherwise', { issuer: 'https://else.example/', jwks_uri: 'https://keys.example.com/all' }],
    ['shows its keys to everyone on the way', { issuer: ISSUER, jwks_uri: 'http://keys.example.com/all' }],
    ['has no keys', { issuer: ISSUER }],
  ])('that %s is not trusted, and asked again after a pause', async (_, document) => {
    const asked = playing(document);
    let now = NOW;
    const check = sessionVerifier({ issuer: ISSUER, audience: AUDIENCE, clock: () => now });
    const token = await signed(CLAIMS);
    for (const pause of [0, PAUSE_MS]) {
      now += pause;
      for (let turn = 0; turn < 2; turn++) await expect(check(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    expect(asked).toHaveLength(2);
  });
});
