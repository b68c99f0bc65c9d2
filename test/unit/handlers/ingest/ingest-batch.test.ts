// The handler of the uploads queue: what it answers SQS, and what it says about a batch.
import { describe, expect, it } from 'vitest';
import { RESERVE_MS } from '../../../../functions/handlers/ingest/ingest-batch.ts';
import { deliverMessages, ingestHouse } from '../../../support/ingest-house.ts';
import { bridgeBody, directBody, sqsEvent } from '../../../support/s3-messages.ts';

describe('ingestBatch', () => {
  it('returns the ids of what must come again, and says so in one line without keys or captions', async () => {
    const house = ingestHouse();
    const bodies = [
      bridgeBody(house.bucket.upload('secret-1.jpg', 'a secret')),
      'poison',
      directBody([house.bucket.upload('secret-2.jpg', 'a second secret'), house.bucket.upload('secret-3.jpg', 'stuck:')]),
      JSON.stringify({ Event: 's3:TestEvent' }),
    ];
    const failed = await deliverMessages(
      house.handler,
      bodies.map((body, i) => ({ id: `m${i}`, body, receives: 1 })),
    );
    expect(failed).toEqual(['m1', 'm2']);
    const lines = house.telemetry.lines.filter(({ message }) => message === 'batch');
    expect(lines).toMatchObject([{ level: 'info', fields: { messages: 4, again: 2, unreadable: 1, captioned: 2, retry: 1 } }]);
    expect(JSON.stringify(house.telemetry.lines)).not.toContain('secret');
    expect(Object.fromEntries(house.telemetry.counts)).toMatchObject({ Ready: 2, Retried: 1, Unreadable: 1, Inferences: 3 });
    expect(house.telemetry.flushes).toBe(1);
  });

  it('starts nothing more when the function’s time is nearly over', async () => {
    const house = ingestHouse();
    const messages = [{ id: 'm', body: bridgeBody(house.bucket.upload('a.jpg', 'a dog')), receives: 1 }];
    const times = [120_000, RESERVE_MS];
    const late = await house.handler(sqsEvent(messages), { getRemainingTimeInMillis: () => times.shift() ?? 0 });
    expect(late.batchItemFailures).toEqual([{ itemIdentifier: 'm' }]);
    expect(house.store.records.size).toBe(0);
    const short = await house.handler(sqsEvent(messages), { getRemainingTimeInMillis: () => RESERVE_MS });
    expect(short.batchItemFailures).toEqual([]);
    expect(house.store.records.size).toBe(1);
  });

  it('takes the last allowed delivery from the count of SQS', async () => {
    const house = ingestHouse();
    const body = bridgeBody(house.bucket.upload('a.jpg', 'stuck:'));
    expect(await deliverMessages(house.handler, [{ id: 'm', body, receives: 5 }])).toEqual(['m']);
    expect([...house.store.records.values()]).toMatchObject([{ state: 'FAILED', reason: 'INFERENCE_TIMEOUT' }]);
  });

  it('has nothing to answer to no messages', async () => {
    expect(await deliverMessages(ingestHouse().handler, [])).toEqual([]);
  });
});
