// The worker on fakes: micro-batches, lanes, leases, and two workers at once.
import { describe, expect, it, vi } from 'vitest';
import { LONGEST_HOLD_MS } from '../../../../functions/handlers/worker/worker-hold.ts';
import { BATCHES_AHEAD, FETCH_CONCURRENCY } from '../../../../functions/handlers/worker/worker-loop.ts';
import { ends, isEmpty, started } from '../../../support/running-worker.ts';
import { ABSTAINED } from '../../../support/worker-records.ts';
import { LARGE, worldOf } from '../../../support/worker-world.ts';

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

  it('analyses only pictures whose facts are not known', async () => {
    const analysis = { objects: 'objects@1' };
    const world = worldOf({ batchMax: 4, analysis });
    const facts = { objects: [], by: analysis };
    const known = await world.add('a', 'refine', 'cat', { facts });
    await world.add('b', 'refine', 'dog');
    await world.add('c', 'caption', 'cow');
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toEqual([3]);
    expect(world.captioner.analysed).toBe(2);
    expect(world.record(known)?.facts).toEqual(facts);
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

  it('writes down what a second of the machine costs for each second of its one model, however many lanes prepare for it', async () => {
    const world = worldOf({ lanes: 2 });
    const job = await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.record(job)?.machine).toMatchObject({ ms: 51, costUsd: 0.000051 });
  });

  it('answers once about a record that another model has answered, however often it is asked to', async () => {
    const world = worldOf();
    const done = { refine: 'done', refinedBy: 'older@1', machine: { ...ABSTAINED, model: 'older@1' } } as const;
    const job = await world.add('a', 'recaption', 'cat', done);
    world.inbox.send(JSON.stringify(job));
    started(world);
    await world.clock.until(isEmpty(world));
    world.inbox.send(JSON.stringify(job));
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toEqual([1]);
    expect(world.record(job)).toMatchObject({ refine: 'done', refinedBy: LARGE, machine: { model: LARGE } });
    expect(world.events).toHaveLength(ends(world).includes('told again') ? 2 : 1);
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

  it('keeps the lease while the model works, so that nobody does the same again', async () => {
    const world = worldOf({ visibilityS: 10, leaseMs: 20_000, batchMax: 1, lanes: 2 });
    world.captioner.delayMs = 60_000;
    const job = await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.until(() => world.captioner.running === 1);
    await world.clock.advance(40_000);
    world.inbox.send(JSON.stringify(job));
    await world.clock.until(isEmpty(world));
    expect(world.captioner.calls).toEqual([1]);
    expect(ends(world)).toEqual(['busy', 'captioned', 'told again']);
  });

  it('counts a heartbeat that the store did not take, and goes on', async () => {
    const world = worldOf({ visibilityS: 10, leaseMs: 20_000 });
    world.captioner.delayMs = 16_000;
    const job = await world.add('a', 'refine', 'cat');
    started(world);
    await world.clock.until(() => world.captioner.running === 1);
    const put = vi.spyOn(world.store, 'put').mockRejectedValue(new Error('store away'));
    await world.clock.advance(14_000);
    put.mockRestore();
    await world.clock.until(isEmpty(world));
    expect(world.counts.get('HeartbeatsMissed')).toBeGreaterThan(0);
    expect(world.record(job)?.refine).toBe('done');
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
