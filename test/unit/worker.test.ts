// The door itself, as a process between embedded servers: what it does with jobs, what it logs, and how it ends.
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { copyOfTiny, PHOTOS } from '../support/tiny-package.ts';
import { startWorkerServers, type WorkerProcess, type WorkerServers } from '../support/worker-servers.ts';

const POLL_MS = 20;

let servers: WorkerServers;
beforeAll(async () => {
  servers = await startWorkerServers();
});
afterAll(() => servers.close());

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(POLL_MS);
};

const started = (env: Record<string, string> = {}): WorkerProcess => {
  const worker = servers.start(env);
  onTestFinished(() => void worker.child.kill('SIGKILL'));
  return worker;
};

const runs = (worker: WorkerProcess) => worker.lines.find(({ message }) => message === 'worker runs');
const jobs = (worker: WorkerProcess) => worker.lines.filter(({ message }) => message === 'job');

describe('the worker', () => {
  it('refines and captions, tells consumers, answers health checks, and ends with 0 on SIGTERM', async () => {
    const photos = new Map(
      await Promise.all(['cat', 'coffee', 'rocket'].map(async (name) => [name, await readFile(join(PHOTOS, `${name}.jpg`))] as const)),
    );
    const bytes = (key: string): Uint8Array => photos.get(key.split('/')[1] ?? '') ?? new TextEncoder().encode('no picture');
    const refined = await servers.add('refine', ['a/cat', 'a/coffee'], bytes);
    const captioned = await servers.add('caption', ['a/rocket', 'a/secret notes.txt'], bytes);
    const worker = started();
    await until(() => jobs(worker).length === 4);
    const { healthPort } = runs(worker) as { healthPort: number };
    const health = await fetch(`http://127.0.0.1:${healthPort}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'running' }]);
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toEqual({ code: 0, signal: null });

    const records = await servers.store.getMany([...refined, ...captioned].map(({ id }) => id));
    expect(records.map((record) => [record?.state, record?.reason, record?.refine])).toEqual([
      ['READY', undefined, 'done'],
      ['READY', undefined, 'done'],
      ['READY', undefined, 'done'],
      ['FAILED', 'UNSUPPORTED_FORMAT', undefined],
    ]);
    expect(records[2]).toMatchObject({ machine: { route: 'gpu', model: 'tiny@0.0.1' }, picture: { format: 'jpeg' } });
    expect(records.every((record) => record?.lease === undefined)).toBe(true);
    expect(servers.told.map(({ type }) => type).toSorted()).toEqual(['caption.failed', ...Array(3).fill('caption.ready')]);
    expect(servers.waiting()).toEqual({ visible: 0, hidden: 0 });
    expect(jobs(worker).every(({ id, end, ms }) => id !== undefined && end !== undefined && ms !== undefined)).toBe(true);
    const log = JSON.stringify(worker.lines);
    expect(
      ['secret', 'a/cat', records[0]?.machine?.plain ?? '', records[2]?.texts.alt?.text ?? 'A '].filter((words) => log.includes(words)),
    ).toEqual([]);
    expect(worker.errors).toEqual([]);
  });

  it('ends at once while it still loads', async () => {
    const worker = started();
    await sleep(300);
    worker.child.kill('SIGINT');
    const { code, signal } = await worker.ended;
    expect(code === 0 || signal === 'SIGINT').toBe(true);
  });

  it('says each wrong setting in a line, and ends with 1', async () => {
    const worker = started({ PROVIDER: 'tpu', BATCH_MAX: '0' });
    expect(await worker.ended).toMatchObject({ code: 1 });
    expect(worker.errors).toEqual([expect.stringMatching(/^PROVIDER: /), expect.stringMatching(/^BATCH_MAX: /)]);
  });

  it('refuses a damaged package before it listens or takes a job', async () => {
    const folder = await copyOfTiny();
    await writeFile(join(folder, 'decoder.onnx'), 'damaged');
    const worker = started({ MODELS_DIR: dirname(folder), MODEL: basename(folder) });
    expect(await worker.ended).toMatchObject({ code: 1 });
    expect(worker.lines).toEqual([]);
    expect(worker.errors.join('\n')).toContain('decoder.onnx');
    const absent = started({ MODEL: 'absent' });
    expect(await absent.ended).toMatchObject({ code: 1 });
    expect(absent.errors.join('\n')).toContain('absent');
  });
});
