// Who may call what on one machine, with the template's own authorizer: every route, and callers that must not get in.
import { rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../functions/core/lookup/routes.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { startForTest, temporaryFolder } from '../support/local-service.ts';
import { BOTH, expectedStatus, TOKEN_CALLERS } from '../support/token-callers.ts';

const dataFolder = temporaryFolder();
let service: LocalService;

beforeAll(async () => {
  ({ service } = await startForTest({ dataFolder, open: false }));
}, 120_000);

afterAll(async () => {
  await service?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

const cases = Object.entries(TOKEN_CALLERS).flatMap(([caller, { may }]) =>
  ROUTES.map(({ method, path, scope }) => ({ caller, method, path, expected: expectedStatus(may, scope) })),
);

describe('with tokens required', () => {
  it.each(cases)('$caller: $method $path is $expected', async ({ caller, method, path, expected }) => {
    const token = await TOKEN_CALLERS[caller]?.token(service, dataFolder);
    const response = await fetch(`${service.apiUrl}${path.replace('{id}', 'x'.repeat(22))}`, {
      method,
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
    if (expected === 'in') expect([401, 403]).not.toContain(response.status);
    else expect(response.status).toBe(expected);
  });

  it('has no other routes', async () => {
    const headers = { authorization: `Bearer ${await service.token({ scopes: BOTH })}` };
    for (const [method, path] of [
      ['GET', '/v1'],
      ['PUT', '/v1/images'],
      ['GET', '/v1/images/a/b'],
      ['PATCH', '/v1/images/a'],
    ] as const) {
      expect((await fetch(`${service.apiUrl}${path}`, { method, headers })).status).toBe(404);
    }
  });

  it('takes no upload without a signature', async () => {
    const response = await fetch(`${service.s3Url}/${service.bucket}/x.jpg`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(403);
  });
});

/** Asks with headers that only browsers may set. */
const asked = (url: string, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => void get(url, { headers }, (answer) => resolve(answer.resume())).once('error', reject));

describe('without tokens', () => {
  it('is only for this machine', async () => {
    await expect(startForTest({ dataFolder: temporaryFolder(), host: '0.0.0.0' })).rejects.toThrow('--require-token');
  });

  it('is not for pages of other sites, whatever their name is', async () => {
    const folder = temporaryFolder();
    const { service: open } = await startForTest({ dataFolder: folder });
    try {
      const status = async (headers: Record<string, string>): Promise<number> =>
        (
          await fetch(`${open.apiUrl}/v1/uploads`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: '{}',
          })
        ).status;
      expect(await status({})).toBe(400);
      expect(await status({ origin: open.apiUrl })).toBe(400);
      expect(await status({ origin: 'https://elsewhere.example' })).toBe(401);
      expect((await fetch(`${open.apiUrl}/v1/images`, { headers: { authorization: 'Bearer nonsense' } })).status).toBe(401);
      const embedded = async (site: string, mode: string): Promise<number | undefined> =>
        (await asked(`${open.apiUrl}/v1/model`, { 'sec-fetch-site': site, 'sec-fetch-mode': mode })).statusCode;
      expect(await embedded('same-origin', 'cors')).toBe(200);
      expect(await embedded('cross-site', 'navigate')).toBe(200);
      expect(await embedded('cross-site', 'no-cors')).toBe(401);
      expect(await embedded('same-site', 'no-cors')).toBe(401);
      const { port } = new URL(open.apiUrl);
      expect((await asked(`${open.apiUrl}/v1/model`, { host: `elsewhere.example:${port}` })).statusCode).toBe(401);
    } finally {
      await open.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
