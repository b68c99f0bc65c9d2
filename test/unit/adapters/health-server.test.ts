import { describe, expect, it, onTestFinished } from 'vitest';
import { type HealthPlace, healthServer } from '../../../functions/adapters/health-server.ts';

const started = async (status: () => string, place: HealthPlace = { host: '127.0.0.1', port: 0 }) => {
  const server = await healthServer(place, status);
  onTestFinished(() => server.close());
  return { server, url: `http://127.0.0.1:${server.port}` };
};

describe('the health endpoint', () => {
  it('is 200 also while something else is away, and 503 while it ends', async () => {
    let word = 'running';
    const { url } = await started(() => word);
    const running = await fetch(`${url}/healthz`);
    word = 'breaker open';
    const waiting = await fetch(`${url}/healthz`);
    word = 'draining';
    const draining = await fetch(`${url}/healthz`);
    expect([running.status, await running.json()]).toEqual([200, { status: 'running' }]);
    expect([waiting.status, await waiting.json()]).toEqual([200, { status: 'breaker open' }]);
    expect([draining.status, await draining.json()]).toEqual([503, { status: 'draining' }]);
  });

  it('serves nothing else', async () => {
    const { url } = await started(() => 'running');
    const answers = [fetch(url), fetch(`${url}/healthz/`), fetch(`${url}/healthz`, { method: 'POST' })];
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('says when its port is taken', async () => {
    const { server } = await started(() => 'running');
    await expect(started(() => 'running', { host: '127.0.0.1', port: server.port })).rejects.toThrow('EADDRINUSE');
  });

  it('closes although someone keeps a connection', async () => {
    const server = await healthServer({ host: '127.0.0.1', port: 0 }, () => 'running');
    await fetch(`http://127.0.0.1:${server.port}/healthz`);
    await server.close();
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow();
  });
});
