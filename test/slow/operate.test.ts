// The operator's command as a process, against the local run's servers: whole courses of it. What needs one command is in test/local.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineResult } from '../../functions/core/record/record.ts';
import { parseMessage } from '../../functions/handlers/ingest/ingest-messages.ts';
import { inferenceJobOf } from '../../functions/handlers/worker/worker-message.ts';
import { OPERATE_BUCKET, type OperateServers, startOperateServers } from '../support/operate-servers.ts';
import { fullRecord } from '../support/record-samples.ts';

let servers: OperateServers;

beforeAll(async () => {
  servers = await startOperateServers({ maxReceives: 5, visibilityS: 30 });
});

afterAll(() => servers.close());

const put = async (key: string): Promise<string> => {
  const { ETag = '' } = await servers.s3.send(new PutObjectCommand({ Bucket: OPERATE_BUCKET, Key: key, Body: `picture ${key}` }));
  return ETag.replaceAll('"', '');
};

const waiting = (queue: string): number => servers.queues.counts(queue).visible;

describe('the operator at the local run', () => {
  it('backfills what has no record, exports, and purges', async () => {
    const keys = ['a/1.jpg', 'a/ü b+c%20.jpg', 'a/3.jpg', 'b/4.jpg'];
    const etags = await Promise.all([...keys, 'a/5.txt'].map(put));
    const records = await Promise.all([keys[0], keys[3]].map((key = '', i) => fullRecord(key, { etag: etags[i * 3] ?? '' })));
    for (const record of records) await servers.store.put(record, undefined);
    const before = waiting('backfill');
    const position = join(servers.folder, 'backfill.json');

    const first = await servers.ops('backfill', OPERATE_BUCKET, '--prefix', 'a/', '--limit', '1');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(readFileSync(position, 'utf8'))).toEqual({ bucket: OPERATE_BUCKET, prefix: 'a/', after: 'a/3.jpg' });
    const second = await servers.ops('backfill', OPERATE_BUCKET, '--prefix', 'a/', '--resume');
    expect(second.out).toBe('1 object queued; 2 listed, 0 with their record, 1 not to be captioned\n');
    expect(existsSync(position)).toBe(false);
    expect(waiting('backfill') - before).toBe(2);
    const take = { QueueUrl: servers.queues.queueUrl('backfill'), MaxNumberOfMessages: 10 };
    const { Messages = [] } = await servers.sqs.send(new ReceiveMessageCommand(take));
    const events = Messages.flatMap(({ Body = '' }) => parseMessage(Body) ?? []);
    expect(events.map(({ key }) => key).toSorted()).toEqual(['a/3.jpg', 'a/ü b+c%20.jpg']);

    const exported = (await servers.ops('export')).out.trimEnd().split('\n');
    expect(exported.map((line) => JSON.parse(line).key).toSorted()).toEqual(['a/1.jpg', 'b/4.jpg']);

    expect(await servers.ops('purge', 'a/')).toMatchObject({ code: 2, out: '' });
    expect(await servers.ops('purge', 'a/', '--yes', '--objects')).toMatchObject({
      code: 0,
      out: '1 record forgotten, 1 object removed\n',
    });
    const { out } = await servers.ops('status', '--count', '--json');
    expect(JSON.parse(out).records).toEqual({ PENDING: 0, READY: 1, FAILED: 0, DELETED: 1 });
  });
});

describe('captioning again', () => {
  it('queues jobs that the worker reads, at once or with a limit, and goes on', async () => {
    const machine: MachineResult = {
      model: 'large@1',
      style: 'alt',
      route: 'gpu',
      confidence: 0.9,
      plain: 'a dog',
      sure: [],
      ms: 20,
      costUsd: 0.25,
    };
    const texts = { alt: { text: 'A dog.', lang: 'en', origin: 'machine', at: 1, model: 'large@1' } } as const;
    for (const key of ['again/1.jpg', 'again/2.jpg', 'again/3.jpg']) {
      const { lease: _, ...record } = await fullRecord(key, { refine: 'done', machine, texts });
      await servers.store.put(record, undefined);
    }
    const ops = (...argv: string[]) => servers.ops('recaption', '--prefix', 'again/', '--model-not', 'large@2', ...argv);
    expect((await ops('--dry-run')).out).toMatch(
      /^3 pictures would be queued, for about \$0\.750000 \(\$0\.250000 each, the mean of 3 records\)/,
    );
    expect((await ops('--budget-usd', '0.6')).out).toMatch(/^2 pictures queued, .*\nstopped at the budget; --resume goes on from there\n$/);
    expect(existsSync(join(servers.folder, 'recaption.json'))).toBe(true);
    expect((await ops('--resume')).out).toMatch(/^1 picture queued, /);
    expect(existsSync(join(servers.folder, 'recaption.json'))).toBe(false);
    const take = { QueueUrl: servers.queues.queueUrl('inference'), MaxNumberOfMessages: 10 };
    const { Messages = [] } = await servers.sqs.send(new ReceiveMessageCommand(take));
    const jobs = Messages.map(({ Body = '' }) => inferenceJobOf(Body));
    expect(jobs.map((job) => job?.key).toSorted()).toEqual(['again/1.jpg', 'again/2.jpg', 'again/3.jpg']);
    expect(jobs.every((job) => job?.kind === 'recaption')).toBe(true);
  });
});

describe('a service that does not run', () => {
  it('is told of in one line', async () => {
    const file = join(servers.folder, 'service.json');
    const right = readFileSync(file, 'utf8');
    const gone = servers.start('status').child;
    await new Promise((resolve) => gone.on('close', resolve));
    const facts = JSON.parse(right);
    const cases = {
      'its process has gone': { ...facts, pid: gone.pid },
      'its file is another': { pid: 'none' },
      'its queues do not answer': {
        ...facts,
        outputs: { ...facts.outputs, UploadsQueueUrl: 'http://127.0.0.1:9/0/q' },
        endpoints: { ...facts.endpoints, sqs: 'http://127.0.0.1:9' },
      },
      'its outputs are older': { ...facts, outputs: {} },
    };
    try {
      for (const [name, changed] of Object.entries(cases)) {
        writeFileSync(file, JSON.stringify(changed));
        const { code, out, err } = await servers.ops('status');
        expect({ name, code, out, lines: err.trimEnd().split('\n').length }).toEqual({ name, code: 1, out: '', lines: 1 });
      }
    } finally {
      writeFileSync(file, right);
    }
  });
});
