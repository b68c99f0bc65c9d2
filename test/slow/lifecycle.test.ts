// Lives of the local run: one at a time for a folder, data that stays, nothing lost by a kill, no process left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderInUse } from '../../functions/adapters/folder-lock.ts';
import {
  ASSEMBLIES,
  eventually,
  finalImage,
  imageOf,
  isAlive,
  photo,
  startForTest,
  TINY_PACKAGE,
  temporaryFolder,
} from '../support/local-service.ts';

const RUN = fileURLToPath(new URL('../support/local-run.ts', import.meta.url));
const START = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));
const MINUTES_2 = 120_000;

let dataFolder: string;
beforeEach(() => {
  dataFolder = temporaryFolder();
  mkdirSync(ASSEMBLIES, { recursive: true });
  symlinkSync(ASSEMBLIES, join(dataFolder, 'assembly'));
});
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(dataFolder, { recursive: true, force: true });
});

type Run = { apiUrl: string; s3Url: string; bucket: string; ingest: number[]; lookup: number };

const startRun = async (): Promise<{ run: Run; pid: number; kill(): Promise<void> }> => {
  const child = spawn(process.execPath, [RUN, dataFolder], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  const [words] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    run: JSON.parse(words.toString()),
    pid: child.pid ?? 0,
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
};

const start = (parameters: string[]): { ended: Promise<{ code: number | null; out: string; err: string }>; pid: number; out(): string } => {
  const child = spawn(process.execPath, [START, ...parameters], { stdio: 'pipe' });
  started.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part;
  });
  child.stderr.on('data', (part: Buffer) => {
    err += part;
  });
  return { ended: once(child, 'close').then(([code]) => ({ code, out, err })), pid: child.pid ?? 0, out: () => out };
};

describe('the data', () => {
  it(
    'stays when the service ends, and a second service at the same time is refused',
    async () => {
      const first = await startForTest({ dataFolder });
      const { ETag } = await first.s3.send(
        new PutObjectCommand({ Bucket: first.service.bucket, Key: 'kept.jpg', Body: await photo('cat.jpg') }),
      );
      const before = await finalImage(first.service, 'kept.jpg', ETag);
      await expect(startForTest({ dataFolder })).rejects.toThrow(FolderInUse);
      const pids = [...first.service.pids().ingest, first.service.pids().lookup];
      expect(JSON.parse(readFileSync(join(dataFolder, 'service.json'), 'utf8'))).toMatchObject({
        pid: process.pid,
        apiUrl: first.service.apiUrl,
      });
      await first.service.stop();
      expect(pids.filter(isAlive)).toEqual([]);
      expect(existsSync(join(dataFolder, 'service.json'))).toBe(false);

      const second = await startForTest({ dataFolder });
      expect(await imageOf(second.service, 'kept.jpg')).toEqual(before);
      await second.service.stop();
    },
    MINUTES_2,
  );

  it(
    'is whole after a kill: children end, what was put is captioned, what was deleted is gone',
    async () => {
      const { run, kill } = await startRun();
      const put = async (key: string): Promise<number> => {
        const sent = await fetch(`${run.s3Url}/${run.bucket}/${key}`, { method: 'PUT', body: await photo('coffee.jpg') });
        return sent.status;
      };
      expect(await put('before.jpg')).toBe(200);
      await eventually('the first caption', async () => {
        const found = await fetch(`${run.apiUrl}/v1/images?key=before.jpg`);
        return found.ok && ((await found.json()) as { state: string }).state === 'READY' ? true : undefined;
      });
      expect(await put('last.jpg')).toBe(200);
      await kill();
      await eventually('all children have ended', () => ([...run.ingest, run.lookup].some(isAlive) ? undefined : true));

      const again = await startForTest({ dataFolder, env: { ingest: { LEASE_SECONDS: '2' } } });
      expect(await finalImage(again.service, 'before.jpg')).toMatchObject({ state: 'READY' });
      await again.s3.send(new DeleteObjectCommand({ Bucket: again.service.bucket, Key: 'before.jpg' }));
      await eventually('the record is gone', async () => ((await imageOf(again.service, 'before.jpg')) === undefined ? true : undefined));
      await again.service.stop();
    },
    MINUTES_2,
  );
});

describe('npm start', () => {
  it(
    'captions the photos that are named, and ends',
    async () => {
      const photoPath = fileURLToPath(new URL('../fixtures/photos/rocket.jpg', import.meta.url));
      const { code, out } = await start([
        photoPath,
        ...['--exit', '--port', '0', '--s3-port', '0', '--data', dataFolder, '--model', TINY_PACKAGE],
      ]).ended;
      expect(out).toContain(`${photoPath}: `);
      expect(code).toBe(0);
    },
    MINUTES_2,
  );

  it(
    'ends with 0 at SIGTERM, without leaving a process',
    async () => {
      const { pid, ended, out } = start(['--port', '0', '--s3-port', '0', '--data', dataFolder, '--model', TINY_PACKAGE]);
      await eventually('the addresses', () => (out().includes('Ctrl-C ends it.') ? true : undefined));
      process.kill(pid, 'SIGTERM');
      expect((await ended).code).toBe(0);
    },
    MINUTES_2,
  );

  it.each([
    { parameters: ['--port', 'x'], words: 'Expected a port from 0 to 65535 for --port but received "x"' },
    { parameters: ['no-such.jpg'], words: 'There is no photo' },
    { parameters: ['--model', 'no-such'], words: 'Expected a model package for --model but received "no-such"' },
    { parameters: ['--host', '0.0.0.0'], words: 'Requests to 0.0.0.0 need tokens: add --require-token' },
    { parameters: ['--nonsense'], words: "Unknown option '--nonsense'" },
  ])('says in one line what is wrong with $parameters', async ({ parameters, words }) => {
    const { code, err } = await start([...parameters, '--data', dataFolder]).ended;
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
});
