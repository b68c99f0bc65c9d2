// The use case of ingesting, on fakes: what becomes of objects, of failures, and of the messages.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { ingestObjects } from '../../../../functions/core/ingest/ingest-objects.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { tombstone } from '../../../../functions/core/record/record-rules.ts';
import { ingestHouse } from '../../../support/ingest-house.ts';

type House = ReturnType<typeof ingestHouse>;

const recordOf = ({ store }: House, key: string): CaptionRecord | undefined =>
  [...store.records.values()].find((record) => record.key === key);
const told = ({ bus }: House): string[] => bus.published.map(({ type, record }) => `${type} ${record.key}`);

describe('an upload', () => {
  it('becomes READY with the version that was read, and is told once', async () => {
    const house = ingestHouse();
    house.clock.now += 5;
    expect(await house.deliver([house.bucket.upload('a.jpg', 'a dog')])).toEqual([]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({
      state: 'READY',
      versionId: 'v1',
      texts: { alt: { text: 'a dog.' } },
      machine: { route: 'lambda' },
    });
    expect(recordOf(house, 'a.jpg')).not.toHaveProperty('refine');
    expect(told(house)).toEqual(['caption.ready a.jpg']);
    expect(house.telemetry.counts.get('Ready')).toBe(1);
  });

  it('of a file of the service itself makes no record and no event, nor does its removal', async () => {
    const house = ingestHouse();
    const own = 'caption-on-upload/copies/a.jpg';
    expect(await house.deliver([house.bucket.upload(own, 'a dog')])).toEqual([]);
    expect(await house.deliver([house.bucket.observe(own)])).toEqual([]);
    expect(await house.deliver([house.bucket.delete(own)])).toEqual([]);
    expect([house.store.records.size, house.captioner.asked.size, house.bus.published.length]).toEqual([0, 0, 0]);
    const without = ingestHouse({ settings: { outputPrefix: '' } });
    await without.deliver([without.bucket.upload(own, 'a dog')]);
    expect(without.store.records.size).toBe(1);
  });

  it('is captioned in batches of at most 5 over all lanes', async () => {
    const house = ingestHouse({ captioner: { before: () => new Promise((resolve) => setImmediate(resolve)) } });
    const events = Array.from({ length: 20 }, (_, i) => house.bucket.upload(`${i}.jpg`, `picture ${i}`));
    expect(await house.deliver(events)).toEqual([]);
    expect(house.captioner.asked.size).toBe(20);
    expect(house.captioner.largestBatch).toBeGreaterThan(1);
    expect(house.captioner.largestBatch).toBeLessThanOrEqual(5);
  });

  it('of bytes that are known, in the store or in the same batch, is not captioned again', async () => {
    const house = ingestHouse({ captioner: { before: () => new Promise((resolve) => setTimeout(resolve, 20)) } });
    await house.deliver([house.bucket.upload('a.jpg', 'a dog'), house.bucket.upload('b.jpg', 'a dog')]);
    await house.deliver([house.bucket.upload('c.jpg', 'a dog')]);
    expect(house.captioner.asked.get('a dog')).toBe(1);
    for (const key of ['a.jpg', 'b.jpg', 'c.jpg']) expect(recordOf(house, key)?.texts.alt?.text).toBe('a dog.');
    expect(recordOf(house, 'c.jpg')?.machine?.costUsd).toBe(0);
    expect(house.telemetry.counts.get('Reused')).toBe(1);
  });

  it('of bytes that another model knows is captioned again, unless that is the larger one', async () => {
    const house = ingestHouse();
    await house.deliver([house.bucket.upload('a.jpg', 'a dog')]);
    const known = recordOf(house, 'a.jpg');
    if (known?.machine === undefined) throw new Error('a.jpg has no result');
    const machine = { ...known.machine, model: 'other@1' };
    house.store.records.set(known.id, { ...known, machine });
    await house.deliver([house.bucket.upload('b.jpg', 'a dog')]);
    expect(house.captioner.asked.get('a dog')).toBe(2);
    expect(recordOf(house, 'b.jpg')?.machine?.model).toBe('fake@1');

    const larger = ingestHouse();
    larger.store.records.set(known.id, { ...known, machine: { ...machine, route: 'gpu' } });
    await larger.deliver([larger.bucket.upload('b.jpg', 'a dog')]);
    expect(larger.captioner.asked.get('a dog')).toBeUndefined();
  });
});

describe('facts', () => {
  const facts = { objects: [], by: { objects: 'objects@1' } };

  it('are stored with the record, and reused while the same stages would find them', async () => {
    const house = ingestHouse({ captioner: { facts } });
    await house.deliver([house.bucket.upload('a.jpg', 'a dog')]);
    await house.deliver([house.bucket.upload('b.jpg', 'a dog')]);
    expect(house.captioner.asked.get('a dog')).toBe(1);
    expect(recordOf(house, 'a.jpg')?.facts).toEqual(facts);
    const known = recordOf(house, 'b.jpg');
    expect(known?.facts).toEqual(facts);
    if (known === undefined) throw new Error('b.jpg has no record');
    const older = { ...known, facts: { ...facts, by: { objects: 'objects@0' } } };
    for (const { id } of house.store.records.values()) house.store.records.set(id, { ...older, id });
    await house.deliver([house.bucket.upload('c.jpg', 'a dog')]);
    expect(house.captioner.asked.get('a dog')).toBe(2);
    expect(recordOf(house, 'c.jpg')?.facts).toEqual(facts);
  });

  it('of other stages are found anew beside the words of the larger model, which stay', async () => {
    const house = ingestHouse({ captioner: { facts } });
    await house.deliver([house.bucket.upload('a.jpg', 'a dog')]);
    const known = recordOf(house, 'a.jpg');
    if (known?.machine === undefined) throw new Error('a.jpg has no result');
    const alt = {
      text: 'A brown dog.',
      lang: 'en',
      origin: 'machine',
      at: 1,
      model: 'large@1',
      sha256: known.picture?.sha256 ?? '',
    } as const;
    const older: Facts = { people: { count: 3 }, colours: [], by: { objects: 'objects@0', colours: 'colours@1' } };
    const machine = { ...known.machine, model: 'large@1', route: 'gpu' } as const;
    house.store.records.set(known.id, { ...known, machine, texts: { alt, caption: alt }, refine: 'done', facts: older });
    await house.deliver([house.bucket.upload('b.jpg', 'a dog')]);
    expect(recordOf(house, 'b.jpg')).toMatchObject({
      machine: { model: 'large@1', route: 'gpu', costUsd: 0 },
      texts: { alt: { text: 'A brown dog.' } },
      refine: 'done',
    });
    expect(recordOf(house, 'b.jpg')?.facts).toEqual({ ...older, ...facts, by: { objects: 'objects@1', colours: 'colours@1' } });
    expect(house.telemetry.counts.get('Reused')).toBe(1);
  });

  it('that could not be found out are counted, and cost no caption', async () => {
    const failed = { text: 'it took longer than 10 ms', logos: 'no time was left for it' };
    const house = ingestHouse({ captioner: { facts: { ...facts, failed } } });
    await house.deliver([house.bucket.upload('a.jpg', 'a dog')]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'READY', texts: { alt: { text: 'a dog.' } } });
    expect(house.telemetry.counts.get('StagesFailed')).toBe(2);
    expect(house.telemetry.lines.find(({ message }) => message === 'stages failed')?.fields).toEqual({
      why: 'text: it took longer than 10 ms; logos: no time was left for it',
    });
  });
});

describe('a failure', () => {
  it('of the picture is final at once, and told', async () => {
    const house = ingestHouse();
    expect(await house.deliver([house.bucket.upload('a.jpg', 'broken:')])).toEqual([]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'FAILED', reason: 'CORRUPT', message: 'it is broken:' });
    expect(told(house)).toEqual(['caption.failed a.jpg']);
  });

  it('that may pass gives the lease back, and is final with the last delivery, which still comes to the dead letters', async () => {
    const house = ingestHouse();
    const event = house.bucket.upload('a.jpg', 'no model:');
    expect(await house.deliver([event])).toEqual([0]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'PENDING' });
    expect(recordOf(house, 'a.jpg')).not.toHaveProperty('lease');
    expect(await house.deliver([event], 5)).toEqual([0]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'FAILED', reason: 'INFERENCE_UNAVAILABLE' });
    expect(told(house)).toEqual(['caption.failed a.jpg']);
  });

  it('is tried again when the dead letters are', async () => {
    let isAway = true;
    const house = ingestHouse({ bucket: { fetchFault: () => (isAway ? new Error('SlowDown') : undefined) } });
    const event = house.bucket.upload('a.jpg', 'a dog');
    expect(await house.deliver([event], 5)).toEqual([0]);
    isAway = false;
    expect(await house.deliver([event], 1)).toEqual([]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'READY' });
    expect(recordOf(house, 'a.jpg')).not.toHaveProperty('reason');
  });

  it('of a captioner that throws or answers too little is one that may pass', async () => {
    const house = ingestHouse();
    const event = house.bucket.upload('a.jpg', 'a dog');
    const [thrown, silent] = await Promise.all(
      [() => Promise.reject(new Error('gone')), async () => []].map((caption) => {
        const ports = { ...ingestHouse().ports, objects: house.bucket, captioner: { ...house.captioner, caption } };
        return ingestObjects(ports, house.settings, [{ event, receives: 1 }], () => true);
      }),
    );
    expect([thrown, silent]).toEqual([['retry'], ['retry']]);
  });

  it('of the store leaves the message, and is logged without the key', async () => {
    const house = ingestHouse({ store: { putFault: () => 'throw' } });
    expect(await house.deliver([house.bucket.upload('secret.jpg', 'a dog')])).toEqual([0]);
    expect(house.telemetry.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(JSON.stringify(house.telemetry.lines)).not.toContain('secret');
  });

  it('to tell is made up for by the next delivery', async () => {
    let isAway = true;
    const house = ingestHouse({
      busFault: () => {
        if (isAway) throw new Error('bus');
      },
    });
    const events = [house.bucket.upload('a.jpg', 'a dog'), house.bucket.upload('b.jpg', 'broken:')];
    expect(await house.deliver(events, 5)).toEqual([0, 1]);
    expect(recordOf(house, 'a.jpg')?.state).toBe('READY');
    isAway = false;
    expect(await house.deliver(events, 2)).toEqual([]);
    expect(told(house)).toEqual(['caption.ready a.jpg', 'caption.failed b.jpg']);
    expect(await house.deliver(events, 1)).toEqual([]);
    expect(told(house)).toHaveLength(2);
  });

  it('to confirm a write does no harm', async () => {
    const house = ingestHouse({ store: { putFault: () => 'committed-throw' } });
    expect(await house.deliver([house.bucket.upload('a.jpg', 'a dog')])).toEqual([]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'READY', revision: 2 });
  });
});

describe('someone else at work', () => {
  it('is left to it, and the message comes again', async () => {
    const house: House = ingestHouse({
      captioner: {
        before: async () => {
          if (house.captioner.asked.get('a dog') === 1) expect(await house.deliver([event])).toEqual([0]);
        },
      },
    });
    const event = house.bucket.upload('a.jpg', 'a dog');
    expect(await house.deliver([event])).toEqual([]);
    expect(house.captioner.asked.get('a dog')).toBe(1);
  });

  it.each(['a dog', 'broken:'])('wins when it removed the object meanwhile (%s)', async (content) => {
    const house: House = ingestHouse({ captioner: { before: async () => void (await house.deliver([house.bucket.delete('a.jpg')])) } });
    expect(await house.deliver([house.bucket.upload('a.jpg', content)])).toEqual([]);
    expect(recordOf(house, 'a.jpg')?.state).toBe('DELETED');
    expect(house.bus.published).toEqual([]);
  });
});

describe('the larger model', () => {
  it('is asked by policy, after the record was written', async () => {
    const house = ingestHouse({ gpu: true });
    await house.deliver([house.bucket.upload('a.jpg', 'a dog'), house.bucket.upload('b.jpg', 'unsure: a cat')]);
    const record = recordOf(house, 'b.jpg');
    expect(record).toMatchObject({ state: 'READY', refine: 'queued', machine: { abstained: 'LOW_CONFIDENCE' }, texts: {} });
    const { id, bucket, key, versionId, etag, sequencer } = record ?? {};
    expect(house.inference.sent).toEqual([{ kind: 'refine', id, bucket, key, versionId, etag, sequencer }]);
  });

  it('is asked again when the message comes again before it has answered', async () => {
    const house = ingestHouse({ gpu: true });
    const event = house.bucket.upload('b.jpg', 'unsure: a cat');
    await house.deliver([event]);
    await house.deliver([event], 2);
    expect(house.inference.sent).toHaveLength(2);
  });

  it('takes over listed objects, whose records wait without a lease', async () => {
    const house = ingestHouse({ gpu: true });
    house.bucket.upload('a.jpg', 'a dog');
    expect(await house.deliver([house.bucket.observe('a.jpg')])).toEqual([]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'PENDING', sequencer: '' });
    expect(recordOf(house, 'a.jpg')).not.toHaveProperty('lease');
    expect(house.inference.sent).toMatchObject([{ kind: 'caption', key: 'a.jpg', sequencer: '' }]);
    expect(house.captioner.asked.size).toBe(0);
  });

  it('is not needed for listed objects without a GPU', async () => {
    const house = ingestHouse();
    house.bucket.upload('a.jpg', 'a dog');
    expect(await house.deliver([house.bucket.observe('a.jpg')])).toEqual([]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'READY' });
    expect(house.telemetry.counts.has('UploadToReady')).toBe(false);
  });
});

describe('a delete', () => {
  it('leaves a tombstone; of another version it is ignored', async () => {
    const house = ingestHouse({ captioner: { before: () => new Promise((resolve) => setTimeout(resolve, 20)) } });
    await house.deliver([house.bucket.upload('a.jpg', 'a dog'), house.bucket.upload('b.jpg', 'a cat')]);
    expect(await house.deliver([house.bucket.delete('a.jpg'), house.bucket.deleteVersion('b.jpg', 'another')])).toEqual([]);
    expect([recordOf(house, 'a.jpg')?.state, recordOf(house, 'b.jpg')?.state]).toEqual(['DELETED', 'READY']);
  });

  it('on request ends the upload, too, which is then not told again', async () => {
    const house = ingestHouse();
    const upload = house.bucket.upload('a.jpg', 'a dog');
    await house.deliver([upload]);
    for (const [id, record] of house.store.records) house.store.records.set(id, tombstone(record, upload, house.clock.now, 1));
    expect(await house.deliver([upload], 2)).toEqual([]);
    expect(told(house)).toEqual(['caption.ready a.jpg']);
  });

  it('is not told again when it comes again', async () => {
    const house = ingestHouse();
    const upload = house.bucket.upload('a.jpg', 'a dog');
    const removal = house.bucket.delete('a.jpg');
    await house.deliver([removal]);
    expect(await house.deliver([upload, removal], 2)).toEqual([]);
    expect(house.bus.published).toEqual([]);
  });
});

describe('time', () => {
  it('that is nearly over leaves the rest of the batch', async () => {
    const house = ingestHouse({ captioner: { lanes: 1 } });
    const deliveries = Array.from({ length: 9 }, (_, i) => ({ event: house.bucket.upload(`${i}.jpg`, `picture ${i}`), receives: 1 }));
    let asked = 0;
    const ends = await ingestObjects(house.ports, house.settings, deliveries, () => ++asked <= 6);
    expect(ends.filter((end) => end === 'captioned')).toHaveLength(6);
    expect(ends.filter((end) => end === 'no time')).toHaveLength(3);
    expect(house.store.records.size).toBe(6);
  });
});
