// What every Inbox must do; run against the queue in memory and against SQS's adapter.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inbox } from '../../functions/core/ports.ts';

/** A new, empty queue that hides taken jobs for 30 s; `pass` lets time go by, and `end` ends what was started. */
export type OpenInbox = {
  open(): Promise<{ inbox: Inbox; send(bodies: string[]): Promise<void> }>;
  pass(ms: number): Promise<void>;
  end(): Promise<void>;
};

const never = new AbortController().signal;

/** The suite. */
export const inboxContract = (name: string, start: () => Promise<OpenInbox>): void => {
  describe(name, () => {
    let house: OpenInbox;
    beforeAll(async () => {
      house = await start();
    });
    afterAll(() => house.end());

    it('gives what was sent, once while it is hidden', async () => {
      const { inbox, send } = await house.open();
      const bodies = ['{"key":"caf\u00e9"}', 'two', 'three'];
      await send(bodies);
      const taken = await inbox.take(10, 0, never);
      expect(taken.map(({ body }) => body).toSorted()).toEqual(bodies.toSorted());
      expect(taken.map(({ receives }) => receives)).toEqual([1, 1, 1]);
      expect(await inbox.take(10, 0, never)).toEqual([]);
    });

    it('never gives more than were asked for', async () => {
      const { inbox, send } = await house.open();
      await send(['1', '2', '3', '4']);
      expect(await inbox.take(3, 0, never)).toHaveLength(3);
      expect(await inbox.take(3, 0, never)).toHaveLength(1);
    });

    it('gives back at once what is hidden for 0 s, and counts deliveries', async () => {
      const { inbox, send } = await house.open();
      await send(['job']);
      for (const receives of [1, 2, 3]) {
        const [job] = await inbox.take(1, 0, never);
        expect(job?.receives).toBe(receives);
        await job?.hide(0);
      }
    });

    it('keeps hidden for as long as was asked', async () => {
      const { inbox, send } = await house.open();
      await send(['job']);
      const [job] = await inbox.take(1, 0, never);
      await job?.hide(1);
      expect(await inbox.take(1, 0, never)).toEqual([]);
      await house.pass(1100);
      expect(await inbox.take(1, 0, never)).toHaveLength(1);
    });

    it('never gives again what is done', async () => {
      const { inbox, send } = await house.open();
      await send(['job']);
      const [job] = await inbox.take(1, 0, never);
      await job?.done();
      await job?.hide(0).catch(() => undefined);
      expect(await inbox.take(1, 0, never)).toEqual([]);
    });

    it('waits for a job that comes', async () => {
      const { inbox, send } = await house.open();
      const taking = inbox.take(10, 5, never);
      await house.pass(100);
      await send(['late']);
      expect((await taking).map(({ body }) => body)).toEqual(['late']);
    });

    it('stops waiting when told so', async () => {
      const { inbox } = await house.open();
      const stop = new AbortController();
      const taking = inbox.take(10, 20, stop.signal);
      await house.pass(50);
      stop.abort();
      expect(await taking).toEqual([]);
      expect(await inbox.take(10, 20, stop.signal)).toEqual([]);
    });
  });
};
