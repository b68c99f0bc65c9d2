// Failures under the worker, on fakes: isolation, retries, dead letters, and the breaker.
import { describe, expect, it } from 'vitest';
import { PictureError, ServiceUnavailable } from '../../../../functions/core/errors.ts';
import { RETRY_FIRST_S } from '../../../../functions/core/refine/refine-verdict.ts';
import { ALONE_FROM_RECEIVES } from '../../../../functions/handlers/worker/worker-batch.ts';
import { ends, isEmpty, started } from '../../../support/running-worker.ts';
import { worldOf } from '../../../support/worker-world.ts';

describe('a failure', () => {
  it('of one picture touches no other, and a permanent one takes one attempt', async () => {
    const world = worldOf();
    const jobs = [
      await world.add('good', 'caption', 'cat'),
      await world.add('corrupt', 'caption', 'error CORRUPT'),
      await world.add('gone', 'refine', 'dog'),
    ];
    world.objects.bytes.delete('gone');
    world.inbox.send('not json', '{"kind":"other"}');
    started(world);
    await world.clock.until(() => ends(world).length === 5);
    const records = jobs.map((job) => world.record(job));
    expect(records.map((record) => [record?.state, record?.reason, record?.refine])).toEqual([
      ['READY', undefined, 'done'],
      ['FAILED', 'CORRUPT', undefined],
      ['READY', undefined, 'failed'],
    ]);
    expect(world.events.map(({ type }) => type).toSorted()).toEqual(['caption.failed', 'caption.ready']);
    expect(ends(world).toSorted()).toEqual(['captioned', 'failed', 'failed', 'unreadable', 'unreadable']);
    await world.clock.until(isEmpty(world));
    expect(world.inbox.dead.map(({ body }) => body)).toEqual(['not json', '{"kind":"other"}']);
  });

  it('that may pass is tried again with growing pauses, at last alone, and ends as a dead letter', async () => {
    const world = worldOf({ maxReceives: 3 });
    const caption = await world.add('a', 'caption', 'error INFERENCE_TIMEOUT');
    const refine = await world.add('b', 'refine', 'error INFERENCE_TIMEOUT');
    started(world);
    await world.clock.until(() => world.inbox.dead.length === 2);
    expect(world.captioner.calls).toEqual([2, 2, 1, 1]);
    expect(ALONE_FROM_RECEIVES).toBe(3);
    expect(world.inbox.hides.filter((seconds) => seconds !== 30)).toEqual([RETRY_FIRST_S, RETRY_FIRST_S, 10, 10, 0, 0]);
    expect(world.record(caption)).toMatchObject({ state: 'FAILED', reason: 'INFERENCE_TIMEOUT' });
    expect(world.record(refine)).toMatchObject({ state: 'READY', refine: 'failed' });
    expect(world.events.map(({ type }) => type)).toEqual(['caption.failed']);
  });

  it('is no reason to let the leases of those that wait for their turn alone run out', async () => {
    const world = worldOf({ maxReceives: 4, leaseMs: 1_000 });
    const waiting = [await world.add('a', 'refine', 'error INFERENCE_TIMEOUT'), await world.add('b', 'refine', 'error INFERENCE_TIMEOUT')];
    for (const message of world.inbox.messages) message.receives = ALONE_FROM_RECEIVES - 1;
    world.captioner.delayMs = 900;
    started(world);
    await world.clock.until(() => world.captioner.calls.length === 2);
    const now = world.clock.now();
    expect(world.captioner.calls).toEqual([1, 1]);
    expect(world.record(waiting[1] as (typeof waiting)[0])?.lease?.until).toBeGreaterThan(now + world.captioner.delayMs);
  });

  it('of the clock of the machine changes no durations', async () => {
    const world = worldOf({ lingerMs: 100 });
    await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.until(() => world.inbox.takes.length === 1);
    world.context.now = () => world.clock.now() - 31_536_000_000;
    await world.clock.until(isEmpty(world));
    const line = world.log.find(({ message }) => message === 'job');
    expect(line?.fields).toMatchObject({ end: 'captioned', modelMs: 100 });
    expect(line?.fields.ms).toBeGreaterThan(100);
  });

  it('of a redriven job is mended', async () => {
    const world = worldOf({ maxReceives: 1 });
    const jobs = [await world.add('a', 'caption', 'error INTERNAL'), await world.add('b', 'refine', 'error INTERNAL')];
    started(world);
    await world.clock.until(() => world.inbox.dead.length === 2);
    for (const key of ['a', 'b']) world.objects.bytes.set(key, 'cat');
    world.objects.etag = (key) => `etag of error INTERNAL${key === '' ? key : ''}`;
    world.inbox.send(...world.inbox.dead.map(({ body }) => body));
    await world.clock.until(isEmpty(world));
    expect(jobs.map((job) => world.record(job)?.state)).toEqual(['READY', 'READY']);
    expect(jobs.map((job) => world.record(job)?.refine)).toEqual(['done', 'done']);
  });

  it('of the bus makes the job come again, and then it is only told', async () => {
    const world = worldOf();
    const job = await world.add('a', 'refine', 'cat');
    world.bus.broken = true;
    started(world);
    await world.clock.until(() => ends(world).length === 1);
    world.bus.broken = false;
    await world.clock.until(isEmpty(world));
    expect(ends(world)).toEqual(['retry', 'told again']);
    expect(world.captioner.calls).toEqual([1]);
    expect(world.events.map(({ record }) => record.revision)).toEqual([world.record(job)?.revision]);
  });

  it('of the whole captioner is tried again', async () => {
    const world = worldOf();
    const { caption } = world.captioner;
    await world.add('a', 'refine', 'cat');
    world.captioner.caption = async () => {
      throw new PictureError('INFERENCE_UNAVAILABLE', 'for a test');
    };
    started(world);
    await world.clock.until(() => ends(world).length === 1);
    world.captioner.caption = caption;
    await world.clock.until(isEmpty(world));
    expect(ends(world)).toEqual(['retry', 'captioned']);
  });

  it('of a heartbeat, or of taking a message out, loses nothing', async () => {
    const world = worldOf({ visibilityS: 10 });
    world.captioner.delayMs = 5_000;
    const job = await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.until(() => world.captioner.running === 1);
    world.inbox.broken = true;
    await world.clock.until(() => ends(world).length === 1);
    expect(world.record(job)?.refine).toBe('done');
    world.inbox.broken = false;
    await world.clock.until(isEmpty(world));
    expect(ends(world)).toEqual(['captioned', 'told again']);
    expect(world.counts.get('HeartbeatsMissed')).toBeGreaterThan(0);
  });
});

describe('the breaker of a worker', () => {
  it('stops taking while the store is away, so that no job is lost or used up', async () => {
    let away = true;
    const world = worldOf({ batchMax: 1, lingerMs: 0, maxReceives: 3, store: { readFault: () => away } });
    const jobs = [];
    for (let i = 0; i < 12; i += 1) jobs.push(await world.add(`key ${i}`, 'refine', `cat ${i}`));
    const { worker } = started(world);
    await world.clock.until(() => worker.status() === 'breaker open');
    await world.clock.advance(300_000);
    expect(worker.status()).toBe('breaker open');
    expect(world.inbox.takes.length).toBeLessThan(8);
    expect(world.inbox.dead).toEqual([]);
    away = false;
    await world.clock.until(isEmpty(world));
    expect(worker.status()).toBe('running');
    expect(jobs.map((job) => world.record(job)?.refine)).toEqual(jobs.map(() => 'done'));
    expect(world.counts.get('BreakerOpened')).toBe(1);
  });

  it('tries with one job when the bucket was away', async () => {
    const world = worldOf({ batchMax: 4, lingerMs: 100, maxReceives: 20 });
    let away = true;
    world.objects.fault = () => (away ? new ServiceUnavailable('bucket away') : undefined);
    for (let i = 0; i < 8; i += 1) await world.add(`key ${i}`, 'refine', `cat ${i}`);
    const { worker } = started(world);
    await world.clock.until(() => worker.status() === 'breaker open');
    const before = world.inbox.takes.length + 1; // a poll was under way
    await world.clock.advance(60_000);
    expect(new Set(world.inbox.takes.slice(before))).toEqual(new Set([1]));
    away = false;
    await world.clock.until(isEmpty(world));
    expect(world.inbox.dead).toEqual([]);
  });

  it('opens when the queue is away', async () => {
    const world = worldOf();
    world.inbox.broken = true;
    const { worker } = started(world);
    await world.clock.until(() => worker.status() === 'breaker open');
    await world.clock.advance(60_000);
    expect(world.log.length).toBeLessThan(15);
    world.inbox.broken = false;
    await world.add('a', 'refine', 'cat');
    await world.clock.until(isEmpty(world));
    expect(worker.status()).toBe('running');
  });
});
