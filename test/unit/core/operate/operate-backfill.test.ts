import { describe, expect, it } from 'vitest';
import { backfill } from '../../../../functions/core/operate/operate-backfill.ts';
import { toldAt } from '../../../../functions/core/record/observed-message.ts';
import { claim } from '../../../../functions/core/record/record-rules.ts';
import { parseMessage } from '../../../../functions/handlers/ingest/ingest-messages.ts';
import { operateWorld, WORLD_BEGAN, type WorldOptions } from '../../../support/operate-world.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const ALL = { prefix: '', limit: Number.POSITIVE_INFINITY, dryRun: false };
const keyOf = (i: number): string => `k${String(i).padStart(4, '0')}`;

const worldOf = (count: number, options: WorldOptions = {}) => {
  const world = operateWorld(options);
  for (let i = 0; i < count; i++) world.bucket.upload(keyOf(i), `picture ${i}`);
  const keysSent = (): string[] => world.outbox.sent.map((message) => parseMessage(JSON.stringify(message))?.[0]?.key ?? 'unreadable');
  return { ...world, keysSent };
};

describe('a backfill', () => {
  it('queues every object in the order of keys, in messages that ingesting reads', async () => {
    const world = worldOf(233);
    expect(await backfill(world.operations, ALL)).toEqual({ listed: 233, sent: 233, known: 0, unwanted: 0 });
    expect(world.keysSent()).toEqual(Array.from({ length: 233 }, (_, i) => keyOf(i)));
    expect(parseMessage(JSON.stringify(world.outbox.sent[0]))).toEqual([world.bucket.observe(keyOf(0))]);
    expect(world.place.position).toBeUndefined();
  });

  it('queues only what is below the prefix and to be captioned', async () => {
    const world = worldOf(0, { keys: { keyPrefixes: ['in/'], keySuffixes: ['.jpg'], outputPrefix: '' } });
    for (const key of ['in/', 'in/a.jpg', 'in/a.txt', 'in/b.jpg', 'x.jpg']) world.bucket.upload(key, key);
    expect(await backfill(world.operations, { ...ALL, prefix: 'in/' })).toEqual({ listed: 4, sent: 2, known: 0, unwanted: 2 });
    expect(world.keysSent()).toEqual(['in/a.jpg', 'in/b.jpg']);
  });

  it('leaves out what has a final record of the same bytes', async () => {
    const world = worldOf(8);
    const { etag = '' } = world.bucket.observe(keyOf(0));
    const known = async (i: number, changes: Parameters<typeof sampleRecord>[1]) => {
      const record = await sampleRecord(keyOf(i), { etag: world.bucket.observe(keyOf(i)).etag ?? '', ...changes });
      world.store.records.set(record.id, record);
    };
    await known(0, { state: 'READY' });
    await known(1, { state: 'READY', etag });
    await known(2, { state: 'FAILED', reason: 'CORRUPT' });
    await known(3, { state: 'FAILED', reason: 'INFERENCE_UNAVAILABLE' });
    await known(4, { state: 'PENDING' });
    await known(5, { state: 'DELETED', objectAt: WORLD_BEGAN });
    await known(6, { state: 'DELETED', objectAt: WORLD_BEGAN - 1 });
    expect(await backfill(world.operations, ALL)).toEqual({ listed: 8, sent: 5, known: 3, unwanted: 0 });
    expect(world.keysSent()).toEqual([1, 3, 4, 6, 7].map(keyOf));
  });

  it('leaves forgotten what events told of in the second in which it was written', async () => {
    const world = operateWorld();
    world.clock.now = WORLD_BEGAN + 678;
    world.bucket.upload('a', 'a dog');
    const forgotten = await sampleRecord('a', { state: 'DELETED', objectAt: WORLD_BEGAN });
    world.store.records.set(forgotten.id, forgotten);
    expect(await backfill(world.operations, ALL)).toMatchObject({ sent: 0, known: 1 });
    expect(claim(forgotten, { ...world.bucket.observe('a'), at: toldAt(world.clock.now) }, forgotten.id, undefined, 0).outcome).toBe(
      'stale',
    );
  });

  it('only counts in a dry run', async () => {
    const world = worldOf(30);
    expect(await backfill(world.operations, { ...ALL, limit: 25, dryRun: true })).toMatchObject({ sent: 25 });
    expect([world.outbox.sent, world.place.saved, world.pauses]).toEqual([[], [], []]);
  });

  it.each([1, 25, 100, 150])('stops at the limit of %i, and goes on after what it has sent', async (limit) => {
    const world = worldOf(233);
    const { sent } = await backfill(world.operations, { ...ALL, limit });
    expect(sent).toBe(limit);
    expect(world.place.position).toEqual({ bucket: 'photos', prefix: '', after: keyOf(limit - 1) });
    await backfill(world.operations, { ...ALL, after: keyOf(limit - 1) });
    expect(world.keysSent()).toEqual(Array.from({ length: 233 }, (_, i) => keyOf(i)));
  });

  it('loses none when it breaks off anywhere, and repeats one batch at most', async () => {
    for (const failing of [1, 2, 9, 10, 11, 23]) {
      const world = worldOf(233);
      const { send } = world.operations.backfill;
      let batches = 0;
      world.operations.backfill.send = async (messages) => {
        await send(messages);
        if (++batches === failing) throw new Error('away');
      };
      await expect(backfill(world.operations, ALL)).rejects.toThrow('away');
      const after = world.place.position?.after;
      await backfill(world.operations, { ...ALL, ...(after !== undefined && { after }) });
      expect(new Set(world.keysSent()).size).toBe(233);
      expect(world.keysSent().length).toBeLessThanOrEqual(243);
    }
  });

  it('sends 500 messages in a second at most', async () => {
    const world = worldOf(1010);
    await backfill(world.operations, ALL);
    expect(world.clock.now - WORLD_BEGAN).toBeGreaterThanOrEqual(2000);
  });
});
