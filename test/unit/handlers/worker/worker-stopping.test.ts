// Stopping the worker, on fakes: what is finished, what is given back, and when it ends.
import { describe, expect, it } from 'vitest';
import { BATCHES_AHEAD, DRAIN_MS } from '../../../../functions/handlers/worker/worker-loop.ts';
import { ends, started } from '../../../support/running-worker.ts';
import { type World, worldOf } from '../../../support/worker-world.ts';

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
