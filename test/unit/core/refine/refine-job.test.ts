// One job against a store in memory: what is written, what is told, and who may write.
import { describe, expect, it } from 'vitest';
import { CodedError, PictureError } from '../../../../functions/core/errors.ts';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import type { InferenceJob } from '../../../../functions/core/record/object-event.ts';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import {
  type ClaimedJob,
  claimForJob,
  type FetchedJob,
  fetchForJob,
  keepLease,
  settleFailure,
} from '../../../../functions/core/refine/refine-job.ts';
import { reuseForJob, settleOutcome } from '../../../../functions/core/refine/refine-result.ts';
import { backoffS, RETRY_LONGEST_S, secondsUntil, type Verdict } from '../../../../functions/core/refine/refine-verdict.ts';
import { ABSTAINED } from '../../../support/worker-records.ts';
import { captionedOf, LARGE, type World, worldOf } from '../../../support/worker-world.ts';

const SURE = { ...ABSTAINED, plain: 'a dog', confidence: 0.8 };
delete (SURE as Partial<typeof SURE>).abstained;

const text = (words: string, origin: Text['origin']): Text => ({ text: words, lang: 'en', origin, at: 1 });

const isVerdict = (value: object): value is Verdict => 'end' in value;

const claimed = async (world: World, job: InferenceJob, receives = 1): Promise<ClaimedJob> => {
  const claim = await claimForJob(world.context, { job, receives, model: LARGE });
  if (isVerdict(claim)) throw new Error(`ended as ${claim.end}`);
  return claim;
};

const fetched = async (world: World, job: InferenceJob): Promise<FetchedJob> => {
  const [result] = await Promise.all([fetchForJob(world.context, await claimed(world, job)), world.clock.advance(10)]);
  if (isVerdict(result)) throw new Error(`ended as ${result.end}`);
  return result;
};

const fetchedWith = async (word: string, changes: Partial<CaptionRecord>, kind: InferenceJob['kind'] = 'refine') => {
  const world = worldOf({ fetchMs: 0 });
  const job = await world.add('a', kind, word, changes);
  return { world, job, ready: await fetched(world, job) };
};

describe('what the larger model says', () => {
  const said = async (word: string, changes: Partial<CaptionRecord>) => {
    const { world, job, ready } = await fetchedWith(word, changes);
    const verdict = await settleOutcome(world.context, world.captioner, ready, captionedOf(word));
    return { verdict, record: world.record(job) };
  };

  it('takes the place of what a machine has said', async () => {
    const { verdict, record } = await said('cat', { machine: SURE, texts: { alt: text('A dog.', 'machine') } });
    expect(verdict).toEqual({ end: 'captioned', message: 'done' });
    expect(record?.texts.alt?.text).toBe('A cat.');
  });

  it.each(['embedded', 'reviewed', 'human'] as const)('never takes the place of a text that is %s', async (origin) => {
    const { verdict, record } = await said('cat', { texts: { alt: text('My dog.', origin) } });
    expect(verdict.end).toBe('kept');
    expect([record?.texts.alt?.text, record?.refine, record?.machine?.plain]).toEqual(['My dog.', 'done', 'a cat']);
  });

  it('keeps what the small model was sure of when it abstains itself', async () => {
    const { verdict, record } = await said('unsure', { machine: SURE, texts: { alt: text('A dog.', 'machine') } });
    expect(verdict.end).toBe('kept');
    expect(record).toMatchObject({ refine: 'done', machine: { plain: 'a dog', route: 'lambda' }, texts: { alt: { text: 'A dog.' } } });
  });

  it('may be nothing when neither is sure', async () => {
    const { verdict, record } = await said('unsure', {});
    expect(verdict.end).toBe('abstained');
    expect(record).toMatchObject({ refine: 'done', machine: { route: 'gpu', abstained: 'LOW_CONFIDENCE' }, texts: {} });
  });
});

describe('the same bytes', () => {
  const twice = async (kind: InferenceJob['kind'], changed: (known: CaptionRecord) => CaptionRecord = (known) => known) => {
    const { world, job, ready } = await fetchedWith('cat', {}, 'caption');
    await settleOutcome(world.context, world.captioner, ready, captionedOf('cat'));
    const known = world.record(job);
    if (known !== undefined) world.store.records.set(job.id, changed(known));
    const again = await world.add('b', kind, 'cat');
    return { world, again, verdict: await reuseForJob(world.context, world.captioner, await fetched(world, again)) };
  };

  it.each(['caption', 'refine'] as const)('are not captioned twice (%s)', async (kind) => {
    const { world, again, verdict } = await twice(kind);
    expect(verdict).toEqual({ end: 'reused', message: 'done' });
    expect(world.record(again)).toMatchObject({
      state: 'READY',
      refine: 'done',
      machine: { route: 'gpu', ms: 0 },
      texts: { alt: { text: 'A cat.' } },
    });
    expect(world.events).toHaveLength(2);
  });

  it('are captioned again when another model, or nobody knows them', async () => {
    const small = await twice('refine', (known) => ({ ...known, machine: SURE }));
    const older = await twice('refine', (known) => ({ ...known, pipeline: 0 }));
    expect([small.verdict, older.verdict]).toEqual([undefined, undefined]);
    const { world, ready } = await fetchedWith('cat', {});
    expect(await reuseForJob(world.context, world.captioner, ready)).toBeUndefined();
    world.store.bySha256 = async () => {
      throw new Error('index away');
    };
    expect(await reuseForJob(world.context, world.captioner, ready)).toBeUndefined();
  });

  it('are analysed again where another stage would find them, and never give a record facts that are older than its own', async () => {
    const analysis = { objects: 'objects@2' };
    const [today, older] = [2, 1].map((count) => ({ people: { count }, by: { objects: `objects@${count}` } }));
    const reused = async (known: Facts | undefined, own: Facts | undefined) => {
      const world = worldOf({ fetchMs: 0, analysis });
      const job = await world.add('a', 'caption', 'cat');
      await settleOutcome(world.context, world.captioner, await fetched(world, job), captionedOf('cat'));
      const first = world.record(job);
      if (first !== undefined) world.store.records.set(job.id, { ...first, ...(known && { facts: known }) });
      const again = await world.add('b', 'refine', 'cat', own && { facts: own });
      const verdict = await reuseForJob(world.context, world.captioner, await fetched(world, again));
      return { end: verdict?.end, facts: world.record(again)?.facts };
    };
    expect(await reused(today, undefined)).toEqual({ end: 'reused', facts: today });
    expect(await reused(today, older)).toEqual({ end: 'reused', facts: today });
    expect(await reused(older, today)).toEqual({ end: 'reused', facts: today });
    expect(await reused(older, undefined)).toEqual({ end: undefined, facts: undefined });
    expect(await reused(undefined, older)).toEqual({ end: undefined, facts: older });
  });

  it('are told to nobody when the lease is lost, and come again when the bus is away', async () => {
    const lost = await twice('caption');
    const job = await lost.world.add('c', 'caption', 'cat');
    const ready = await fetched(lost.world, job);
    lost.world.store.records.delete(job.id);
    expect(await reuseForJob(lost.world.context, lost.world.captioner, ready)).toEqual({ end: 'lost', message: 'leave' });
    const next = await fetched(lost.world, await lost.world.add('d', 'caption', 'cat'));
    lost.world.bus.broken = true;
    expect(await reuseForJob(lost.world.context, lost.world.captioner, next)).toMatchObject({ end: 'retry', away: true });
  });
});

describe('a claim', () => {
  it('is stale for another version, a removed object, or no record', async () => {
    const world = worldOf();
    const job = await world.add('a', 'refine', 'cat');
    const gone = await world.add('b', 'refine', 'cat', { state: 'DELETED' });
    expect(await claimForJob(world.context, { job: { ...job, sequencer: '0065A0' }, receives: 1, model: LARGE })).toEqual({
      end: 'stale',
      message: 'done',
    });
    expect(await claimForJob(world.context, { job: gone, receives: 1, model: LARGE })).toEqual({ end: 'stale', message: 'done' });
    expect(await claimForJob(world.context, { job: { ...job, id: 'unknown' }, receives: 1, model: LARGE })).toEqual({
      end: 'stale',
      message: 'done',
    });
  });

  it('waits for the lease of another, and is done when the work is', async () => {
    const world = worldOf({ leaseMs: 60_000 });
    const job = await world.add('a', 'refine', 'cat');
    await claimed(world, job);
    expect(await claimForJob(world.context, { job: job, receives: 1, model: LARGE })).toEqual({ end: 'busy', message: { hideS: 60 } });
    const done = await world.add('b', 'refine', 'cat', { refine: 'done' });
    expect(await claimForJob(world.context, { job: done, receives: 1, model: LARGE })).toEqual({ end: 'done before', message: 'done' });
    expect(world.events).toEqual([]);
    expect(await claimForJob(world.context, { job: done, receives: 2, model: LARGE })).toEqual({ end: 'told again', message: 'done' });
    expect(world.events).toHaveLength(1);
  });

  it('of an expired lease takes over', async () => {
    const world = worldOf({ leaseMs: 60_000 });
    const job = await world.add('a', 'refine', 'cat');
    const first = await claimed(world, job);
    await world.clock.advance(60_001);
    const second = await claimed(world, job);
    expect(await settleFailure(world.context, first, new PictureError('CORRUPT', 'late'))).toEqual({ end: 'lost', message: 'leave' });
    expect(world.record(job)?.lease?.owner).toBe(second.owner);
  });

  it('reads exactly the version of the record', async () => {
    const { ready } = await fetchedWith('cat', { versionId: 'v1' });
    expect(ready).toMatchObject({ etag: 'etag of cat' });
    const world = worldOf();
    const job = await world.add('a', 'refine', 'cat');
    const lease = await claimed(world, job);
    world.objects.bytes.set('a', 'another');
    const [verdict] = await Promise.all([fetchForJob(world.context, lease), world.clock.advance(10)]);
    expect(verdict).toMatchObject({ end: 'retry', reason: 'SOURCE_CHANGED', away: false });
  });
});

describe('a lease', () => {
  it('is prolonged when less than half of it is left', async () => {
    const { world, job, ready } = await fetchedWith('cat', {});
    const puts = world.store.puts;
    expect(await keepLease(world.context, ready)).toBe(ready);
    expect(world.store.puts).toBe(puts);
    await world.clock.advance(40_000);
    await keepLease(world.context, ready);
    expect(world.record(job)?.lease?.until).toBe(world.clock.now() + 60_000);
  });

  it('that is lost or cannot be prolonged ends the work before the model is asked', async () => {
    const { world, job, ready } = await fetchedWith('cat', {});
    await world.clock.advance(40_000);
    world.store.get = async () => {
      throw new Error('store away');
    };
    expect(await keepLease(world.context, ready)).toMatchObject({ end: 'retry', away: true });
    const other = await fetchedWith('cat', {});
    await other.world.clock.advance(40_000);
    other.world.store.records.delete(job.id);
    expect(await keepLease(other.world.context, other.ready)).toEqual({ end: 'lost', message: 'leave' });
    const { lease: _, ...unleased } = other.ready.record;
    expect(await keepLease(other.world.context, { ...other.ready, record: unleased })).toEqual({ end: 'lost', message: 'leave' });
  });
});

describe('a failure', () => {
  it('that cannot be written down comes again', async () => {
    const { world, ready } = await fetchedWith('cat', {}, 'caption');
    world.store.put = async () => {
      throw new Error('store away');
    };
    const verdict = await settleFailure(world.context, ready, new PictureError('CORRUPT', 'for a test'));
    expect(verdict).toMatchObject({ end: 'retry', reason: 'INTERNAL', away: true });
    expect(await settleOutcome(world.context, world.captioner, ready, captionedOf('cat'))).toMatchObject({ end: 'retry' });
  });

  it('keeps its reason, whoever threw it', async () => {
    const { world, ready } = await fetchedWith('cat', {});
    const verdict = await settleFailure(world.context, ready, new CodedError('INFERENCE_TIMEOUT', 'for a test'));
    expect(verdict).toMatchObject({ end: 'retry', reason: 'INFERENCE_TIMEOUT', away: false, message: { hideS: 5 } });
  });

  it('pauses longer each time, within bounds', () => {
    expect([1, 2, 3, 20].map(backoffS)).toEqual([5, 10, 20, RETRY_LONGEST_S]);
    expect([secondsUntil(5, 10), secondsUntil(2_001, 0), secondsUntil(1e12, 0)]).toEqual([1, 3, 43_200]);
  });
});
