import { describe, expect, it } from 'vitest';
import { readStatus } from '../../../../functions/core/operate/operate-status.ts';
import { operateWorld } from '../../../support/operate-world.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

describe('the status', () => {
  it('tells the depth of every queue, and reads no record unless asked', async () => {
    const { operations, uploads, inference, undelivered } = operateWorld();
    uploads.queue.add('1', '2');
    await uploads.queue.take(1);
    inference.dlq.add('3');
    undelivered.add('4');
    operations.store.listByKey = async () => Promise.reject(new Error('read'));
    const none = { waiting: 0, inFlight: 0, delayed: 0 };
    expect(await readStatus(operations, false)).toEqual({
      queues: [
        { queue: 'uploads', ...none, waiting: 1, inFlight: 1 },
        { queue: 'uploads dlq', ...none },
        { queue: 'backfill', ...none },
        { queue: 'backfill dlq', ...none },
        { queue: 'inference', ...none },
        { queue: 'inference dlq', ...none, waiting: 1 },
        { queue: 'undelivered', ...none, waiting: 1 },
      ],
    });
  });

  it('counts the records of all pages by state', async () => {
    const states = ['READY', 'PENDING', 'FAILED', 'DELETED'] as const;
    const all = Array.from({ length: 2500 }, (_, i) => sampleRecord(`k${i}`, { state: states[i % 5] ?? 'READY' }));
    const elsewhere = sampleRecord('k', { bucket: 'other' });
    const { operations } = operateWorld({ records: await Promise.all([...all, elsewhere]), gpu: false });
    delete operations.undelivered;
    const { queues, records } = await readStatus(operations, true);
    expect(queues).toHaveLength(4);
    expect(records).toEqual({ READY: 1000, PENDING: 500, FAILED: 500, DELETED: 500 });
  });
});
