import { describe, expect, it } from 'vitest';
import { redrive } from '../../../../functions/core/operate/operate-redrive.ts';
import { operateWorld } from '../../../support/operate-world.ts';

const bodies = (count: number, name = 'm'): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);
const ALL = { limit: Number.POSITIVE_INFINITY, dryRun: false };
const bodiesIn = (queue: { messages: { body: string }[] }): string[] => queue.messages.map(({ body }) => body).toSorted();

describe('a redrive', () => {
  it('puts every message back on its own queue, and what was not delivered on the uploads queue', async () => {
    const { operations, uploads, backfill, inference, undelivered } = operateWorld();
    uploads.dlq.add(...bodies(57, 'u'));
    backfill.dlq.add(...bodies(3, 'b'));
    inference.dlq.add(...bodies(1, 'i'));
    undelivered.add('event');
    expect(await redrive(operations, ALL)).toEqual([
      { from: 'uploads dlq', messages: 57 },
      { from: 'backfill dlq', messages: 3 },
      { from: 'inference dlq', messages: 1 },
      { from: 'undelivered', messages: 1 },
    ]);
    expect(bodiesIn(uploads.queue)).toEqual([...bodies(57, 'u'), 'event'].toSorted());
    expect(bodiesIn(backfill.queue)).toEqual(bodies(3, 'b'));
    expect(bodiesIn(inference.queue)).toEqual(['i0']);
    for (const { dlq } of [uploads, backfill, inference]) expect([...dlq.messages, ...dlq.hidden]).toEqual([]);
  });

  it('stops at the limit, over all queues', async () => {
    const { operations, uploads, backfill } = operateWorld({ gpu: false });
    uploads.dlq.add(...bodies(15));
    backfill.dlq.add(...bodies(15));
    const limited = await redrive(operations, { limit: 22, dryRun: false });
    expect(limited.map(({ messages }) => messages)).toEqual([15, 7, 0]);
    expect([uploads.dlq, backfill.dlq].map(({ messages, hidden }) => messages.length + hidden.length)).toEqual([0, 8]);
  });

  it('only counts in a dry run', async () => {
    const { operations, uploads } = operateWorld({ gpu: false });
    uploads.dlq.add(...bodies(15));
    expect((await redrive(operations, { limit: 12, dryRun: true })).map(({ messages }) => messages)).toEqual([12, 0, 0]);
    expect(uploads.dlq.messages).toHaveLength(15);
    expect(uploads.queue.messages).toHaveLength(0);
  });

  it('leaves those that have failed again since it began, so that it ends', async () => {
    const { operations, uploads, clock } = operateWorld({ gpu: false });
    uploads.dlq.add(...bodies(25));
    const put = uploads.queue.put.bind(uploads.queue);
    uploads.queue.put = async (again) => {
      await put(again);
      clock.now += 10;
      // all fail at once, and come to the dead-letter queue with the times when they were sent again
      uploads.dlq.messages.push(...uploads.queue.messages.splice(0).map((message) => ({ ...message, sentAt: clock.now })));
    };
    expect((await redrive(operations, ALL))[0]).toEqual({ from: 'uploads dlq', messages: 25 });
    expect(bodiesIn(uploads.dlq)).toEqual(bodies(25).toSorted());
    expect(uploads.dlq.hidden).toEqual([]);
  });

  it.each(['put', 'remove'])('loses no message when it breaks off at a %s', async (call) => {
    const { operations, uploads } = operateWorld({ gpu: false });
    uploads.dlq.add(...bodies(100));
    let calls = 0;
    const queue = call === 'put' ? uploads.queue : uploads.dlq;
    queue.fault = (name) => {
      if (name === call && ++calls === 3) throw new Error('away');
    };
    await expect(redrive(operations, ALL)).rejects.toThrow('away');
    const left = [...uploads.queue.messages, ...uploads.dlq.messages, ...uploads.dlq.hidden].map(({ body }) => body);
    expect([...new Set(left)].toSorted()).toEqual(bodies(100).toSorted());
  });

  it('breaks off when nothing can be taken', async () => {
    const { operations, uploads } = operateWorld();
    uploads.dlq.fault = () => {
      throw new Error('away');
    };
    await expect(redrive(operations, ALL)).rejects.toThrow('away');
  });
});
