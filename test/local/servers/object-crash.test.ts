// kill -9 in the middle of uploads: what was answered 200 is there and was told, nothing is half-written, sequencers keep growing.
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import type { ObjectChange } from '../../../infra/local/servers/server-types.ts';
import { clientOf, startObjects, temporaryFolder } from '../../support/object-servers.ts';

const ROUNDS = 4;
const WRITERS = 3;
const BODY_BYTES = 400_000;

it('survives kill -9 while objects are written', async () => {
  const folder = temporaryFolder();
  const changesFile = join(temporaryFolder(), 'changes');
  const confirmed = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const child = fork(new URL('../../support/object-server-child.ts', import.meta.url), [folder, changesFile], { execArgv: [] });
    const [url] = (await once(child, 'message')) as [string];
    const client = clientOf(url);
    let isFirst = true;
    const killSoon = (): void => {
      if (isFirst) setTimeout(() => child.kill('SIGKILL'), 200 + 70 * round);
      isFirst = false;
    };
    const write = async (writer: number): Promise<void> => {
      for (let at = 0; ; at++) {
        const Key = `${round}/${writer}/${at}`;
        const Body = randomBytes(BODY_BYTES);
        await client.send(new PutObjectCommand({ Bucket: 'versioned', Key, Body }));
        confirmed.set(Key, createHash('md5').update(Body).digest('hex'));
        killSoon();
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  }
  const { server, client, changes } = await startObjects({ folder });
  const objects = server.list('versioned');
  const told: ObjectChange[] = existsSync(changesFile)
    ? readFileSync(changesFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  const etags = new Map(objects.map(({ key, etag }) => [key, etag]));
  expect(confirmed.size).toBeGreaterThan(0);
  expect([...confirmed].filter(([key, md5]) => etags.get(key) !== md5)).toEqual([]);
  const known = new Set([...told, ...changes].map(({ key }) => key));
  expect(objects.filter(({ key }) => !known.has(key))).toEqual([]);
  for (const { key, etag } of objects) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'versioned', Key: key }));
    expect(
      createHash('md5')
        .update((await Body?.transformToByteArray()) ?? '')
        .digest('hex'),
    ).toBe(etag);
  }
  const files = readdirSync(join(folder, 'content'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 2);
  expect(files).toHaveLength(objects.length);
  const order = told.map(({ sequencer }) => sequencer);
  await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'last', Body: 'x' }));
  expect(changes.at(-1)?.sequencer.localeCompare(order.toSorted().at(-1) ?? '')).toBe(1);
});
