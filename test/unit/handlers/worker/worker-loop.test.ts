// The worker on fakes: micro-batches, isolation, retries, the breaker, and stopping.
import { describe, expect, it, onTestFinished } from 'vitest';
import { PictureError, ServiceUnavailable } from '../../../../functions/core/errors.ts';
import { RETRY_FIRST_S } from '../../../../functions/core/refine/refine-verdict.ts';
import { ALONE_FROM_RECEIVES } from '../../../../functions/handlers/worker/worker-batch.ts';
import { LONGEST_HOLD_MS } from '../../../../functions/handlers/worker/worker-hold.ts';
import { BATCHES_AHEAD, DRAIN_MS, FETCH_CONCURRENCY, type Worker } from '../../../../functions/handlers/worker/worker-loop.ts';
import { ABSTAINED } from '../../../support/worker-records.ts';
import { type World, worldOf } from '../../../support/worker-world.ts';

/** A worker that runs until the test ends. */
const started = (world: World): { worker: Worker; ended: () => boolean } => {
  const worker = world.worker();
  let over = false;
  const running = worker.run().then(() => {
    over = true;
  });
  onTestFinished(async () => {
    worker.stop();
    await world.clock.until(() => over);
    await running;
  });
  return { worker, ended: () => over };
};

const ends = (world: World) => world.log.filter(({ message }) => message === 'job').map(({ fields }) => fields.end);
const isEmpty = (world: World) => () => world.inbox.messages.size === 0;

describe('a worker', () => {
  it('captions a micro-batch in one call and tells each job in one line', async () => {
    const world = worldOf({ batchMax: 4 });
    const jobs = await Promise.all(['a', 'b', 'c', 'd'].map((key) => world.add(key, 'refine', `cat ${key}`)));
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toEqual([4]);
    for (const job of jobs) {
      const record = world.record(job);
      expect(record).toMatchObject({ state: 'READY', refine: 'done', machine: { route: 'gpu', model: 'large@1.0.0', ms: 51 } });
      expect(record?.texts.alt?.text).toBe(`A cat ${job.key}.`);
      expect(record).not.toHaveProperty('lease');
    }
    expect(world.events.map(({ type }) => type)).toEqual(jobs.map(() => 'caption.ready'));
    expect(world.log).toHaveLength(jobs.length);
    expect(world.log[0]?.fields).toMatchObject({ end: 'captioned', kind: 'refine', receives: 1, batch: 4, id: jobs[0]?.id });
    expect(JSON.stringify(world.log)).not.toContain('cat');
  });

  it('waits a bounded moment for more, and then begins with what there is', async () => {
    const world = worldOf({ batchMax: 4, lingerMs: 100 });
    await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.advance(60);
    await world.add('b', 'refine', 'dog');
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toEqual([2]);
    await world.add('c', 'refine', 'cow');
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toEqual([2, 1]);
  });

  it('captions PENDING records, too', async () => {
    const world = worldOf();
    const job = await world.add('a', 'caption', 'cat');
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.record(job)).toMatchObject({
      state: 'READY',
      refine: 'done',
      picture: { bytes: 3 },
      texts: { alt: { origin: 'machine' } },
    });
  });

  it('prepares the next batch while one is in the model, and never holds more than it may', async () => {
    const world = worldOf({ batchMax: 2, lingerMs: 0 });
    world.captioner.delayMs = 5_000;
    for (let i = 0; i < 20; i += 1) await world.add(`key ${i}`, 'refine', `cat ${i}`);
    started(world);
    await world.clock.advance(1_000);
    expect(world.captioner.calls).toEqual([2]);
    expect([...world.inbox.messages].filter(({ receives }) => receives > 0)).toHaveLength(2 * (1 + BATCHES_AHEAD));
    expect([...world.store.records.values()].filter(({ lease }) => lease !== undefined)).toHaveLength(2 * (1 + BATCHES_AHEAD));
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toHaveLength(10);
    expect(world.captioner.mostRunning).toBe(1);
  });

  it('uses every lane, and reads no more pictures at once than it may', async () => {
    const world = worldOf({ batchMax: 30, lanes: 2, lingerMs: 200, fetchMs: 50 });
    for (let i = 0; i < 60; i += 1) await world.add(`key ${i}`, 'refine', `cat ${i}`);
    world.captioner.delayMs = 500;
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.captioner.mostRunning).toBe(2);
    expect(world.objects.mostReading).toBe(FETCH_CONCURRENCY);
    expect(world.captioner.calls.reduce((sum, size) => sum + size, 0)).toBe(60);
  });

  it('keeps jobs hidden while they are worked on, and the lease with them', async () => {
    const world = worldOf({ visibilityS: 10, leaseMs: 20_000, batchMax: 1 });
    world.captioner.delayMs = 35_000;
    const first = await world.add('a', 'refine', 'cat');
    const second = await world.add('b', 'refine', 'dog');
    started(world);
    await world.clock.until(isEmpty(world));
    expect([world.record(first)?.refine, world.record(second)?.refine]).toEqual(['done', 'done']);
    expect(world.log.map(({ fields }) => fields.receives)).toEqual([1, 1]);
  });

  it('leaves a job that is stuck to another worker', async () => {
    const world = worldOf({ leaseMs: 10_000, visibilityS: 30 });
    world.captioner.delayMs = 2 * LONGEST_HOLD_MS;
    const job = await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.until(() => world.captioner.calls.length === 1);
    await world.clock.advance(LONGEST_HOLD_MS);
    expect([...world.inbox.messages][0]?.visibleAt).toBeLessThanOrEqual(world.clock.now() + 30_000);
    expect(world.record(job)?.refine).toBe('queued');
  });
});

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

describe('stopping', () => {
  const busy = async (delayMs: number) => {
    const world = worldOf({ batchMax: 2, lingerMs: 0 });
    world.captioner.delayMs = delayMs;
    for (let i = 0; i < 12; i += 1) await world.add(`key ${i}`, 'refine', `cat ${i}`);
    const { worker, ended } = started(world);
    await world.clock.until(() => world.captioner.running === 1);
    await world.clock.advance(200);
    return { world, worker, ended };
  };
  const leases = (world: World) => [...world.store.records.values()].filter(({ lease }) => lease !== undefined);
  const isFree = (world: World) => [...world.inbox.messages].every(({ visibleAt }) => visibleAt <= world.clock.now());

  it('finishes what is in the model and gives back the rest', async () => {
    const { world, worker, ended } = await busy(3_000);
    worker.stop();
    expect(worker.status()).toBe('draining');
    const began = world.clock.now();
    await world.clock.until(ended);
    expect(world.clock.now() - began).toBeLessThan(3_100);
    expect(ends(world).filter((end) => end === 'captioned')).toHaveLength(2);
    expect(ends(world).filter((end) => end === 'given back')).toHaveLength(2 * BATCHES_AHEAD);
    expect([leases(world), isFree(world), world.inbox.messages.size]).toEqual([[], true, 10]);
  });

  it('gives back what is not finished in time', async () => {
    const { world, worker, ended } = await busy(60_000);
    worker.stop();
    const began = world.clock.now();
    await world.clock.until(ended);
    expect(world.clock.now() - began).toBeLessThanOrEqual(DRAIN_MS + 100);
    expect([leases(world), isFree(world), world.inbox.messages.size]).toEqual([[], true, 12]);
    await world.clock.advance(60_000); // the late answers of the model
    expect(ends(world).filter((end) => end !== 'given back')).toEqual([]);
    expect([...world.store.records.values()].every(({ refine }) => refine === 'queued')).toBe(true);
  });

  it('ends within its time although the queue no longer answers', async () => {
    const { world, worker, ended } = await busy(60_000);
    const inbox = world.inbox;
    inbox.broken = true;
    worker.stop();
    const began = world.clock.now();
    await world.clock.until(ended);
    expect(world.clock.now() - began).toBeLessThan(10_000);
  });

  it('ends at once when nothing is to do', async () => {
    const world = worldOf();
    const { worker, ended } = started(world);
    await world.clock.advance(1_000);
    worker.stop();
    await world.clock.advance(600);
    expect(ended()).toBe(true);
  });

  it('ends while the breaker is open', async () => {
    const world = worldOf({ store: { readFault: () => true } });
    for (let i = 0; i < 4; i += 1) await world.add(`key ${i}`, 'refine', `cat ${i}`);
    const { worker, ended } = started(world);
    await world.clock.until(() => worker.status() === 'breaker open');
    worker.stop();
    await world.clock.advance(600);
    expect(ended()).toBe(true);
  });
});

describe('two workers', () => {
  it('never both write: whoever lost the record leaves the message alone', async () => {
    const world = worldOf({ leaseMs: 20_000, visibilityS: 10 });
    const job = await world.add('a', 'refine', 'cat');
    world.captioner.delayMs = 30_000;
    started(world);
    await world.clock.until(() => world.captioner.running === 1);
    // another worker that was given the same message after the lease had ended
    await world.clock.advance(25_000);
    const record = world.record(job);
    if (record === undefined) throw new Error('no record');
    world.store.records.set(job.id, {
      ...record,
      lease: { owner: 'other', until: world.clock.now() + 60_000 },
      revision: record.revision + 1,
    });
    await world.clock.until(() => ends(world).length === 1);
    expect(ends(world)).toEqual(['lost']);
    expect(world.record(job)).toMatchObject({ refine: 'queued', machine: ABSTAINED, lease: { owner: 'other' } });
    expect(world.inbox.messages.size).toBe(1);
    await world.clock.until(() => ends(world).length === 2);
    expect(ends(world)).toEqual(['lost', 'busy']);
  });
});
