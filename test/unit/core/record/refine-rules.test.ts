// What the larger model may do to a record, and when it comes too late.
import { describe, expect, it } from 'vitest';
import type { InferenceJob } from '../../../../functions/core/record/object-event.ts';
import type { CaptionRecord, MachineResult, Text } from '../../../../functions/core/record/record.ts';
import { claimJob, completeRefine, failRefine } from '../../../../functions/core/record/refine-rules.ts';
import { fullRecord, sampleRecord } from '../../../support/record-samples.ts';

const NOW = 1_700_000_100_000;
const LARGE = 'large@1';
const LEASE = { owner: 'me', until: NOW + 1000 };
const OTHER = { owner: 'another', until: NOW + 1 };

const ready = async (changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> => {
  const { lease: _, ...record } = await fullRecord('a.jpg', changes);
  return { ...record, ...changes };
};
const jobFor = ({ id, bucket, key, sequencer, etag }: CaptionRecord, kind: InferenceJob['kind'] = 'refine'): InferenceJob => ({
  kind,
  id,
  bucket,
  key,
  sequencer,
  ...(etag !== undefined && { etag }),
});
const outcomeOf = (before: CaptionRecord | undefined, job: InferenceJob): string =>
  claimJob(before, { job, lease: LEASE, model: LARGE }, NOW).outcome;

describe('claimJob', () => {
  it('leases a READY record to refine it, which readers do not see', async () => {
    const before = await ready();
    expect(claimJob(before, { job: jobFor(before), lease: LEASE, model: LARGE }, NOW)).toEqual({
      outcome: 'claimed',
      record: { ...before, lease: LEASE, revision: before.revision + 1 },
    });
  });

  it('is stale for what is no longer the same version', async () => {
    const before = await ready();
    expect(outcomeOf(undefined, jobFor(before))).toBe('stale');
    expect(outcomeOf({ ...before, state: 'DELETED' }, jobFor(before))).toBe('stale');
    expect(outcomeOf({ ...before, state: 'PENDING' }, jobFor(before))).toBe('stale');
    expect(outcomeOf({ ...before, sequencer: '0065A2' }, jobFor(before))).toBe('stale');
    expect(outcomeOf({ ...before, etag: 'another' }, jobFor(before))).toBe('stale');
  });

  it('is done once, tries again what failed, and waits for others', async () => {
    const job = jobFor(await ready());
    expect(outcomeOf(await ready({ refine: 'done' }), job)).toBe('done');
    expect(outcomeOf(await ready({ refine: 'failed' }), job)).toBe('claimed');
    expect(claimJob(await ready({ lease: OTHER }), { job, lease: LEASE, model: LARGE }, NOW)).toEqual({
      outcome: 'busy',
      until: OTHER.until,
    });
    expect(outcomeOf(await ready({ lease: { ...OTHER, until: NOW } }), job)).toBe('claimed');
  });

  it('takes a done record again to recaption it, unless this very model was asked', async () => {
    const job = jobFor(await ready(), 'recaption');
    expect(outcomeOf(await ready({ refine: 'done', machine: machine({ model: 'older@1' }) }), job)).toBe('claimed');
    expect(outcomeOf(await ready({ refine: 'done', refinedBy: 'older@1' }), job)).toBe('claimed');
    expect(outcomeOf(await ready({ refine: 'failed', refinedBy: LARGE }), job)).toBe('claimed');
    expect(outcomeOf(await ready({ refine: 'done', machine: machine() }), job)).toBe('done');
    expect(outcomeOf(await ready({ refine: 'done', refinedBy: LARGE, machine: machine({ model: 'small@1' }) }), job)).toBe('done');
    expect(outcomeOf({ ...(await ready()), state: 'PENDING' }, job)).toBe('stale');
    const { machine: _, ...unasked } = await ready({ refine: 'done' });
    expect(outcomeOf(unasked, job)).toBe('claimed');
  });

  it('leases a PENDING record to caption it', async () => {
    const before = await sampleRecord('a.jpg');
    expect(outcomeOf(before, jobFor(before, 'caption'))).toBe('claimed');
    expect(outcomeOf({ ...before, state: 'READY' }, jobFor(before, 'caption'))).toBe('done');
  });
});

const machine = (changes: Partial<MachineResult> = {}): MachineResult => ({
  model: 'large@1',
  style: 'alt',
  route: 'gpu',
  confidence: 0.9,
  plain: 'a cat',
  sure: [],
  ms: 1,
  costUsd: 0,
  ...changes,
});
const said = (text: string, origin: Text['origin'] = 'machine'): Text => ({ text, lang: 'en', origin, at: NOW });

describe('completeRefine', () => {
  it('replaces what the small model said, and no stronger text', async () => {
    const before = await ready({ lease: LEASE, texts: { alt: said('a person wrote it', 'human'), caption: said('a dog') } });
    const refinement = { machine: machine(), texts: { alt: said('a cat'), caption: said('a cat') } };
    const result = completeRefine(before, 'me', refinement, NOW);
    expect(result).toMatchObject({
      outcome: 'written',
      record: { state: 'READY', refine: 'done', machine: machine(), texts: { alt: { origin: 'human' }, caption: { text: 'a cat' } } },
    });
    expect('record' in result && result.record).not.toHaveProperty('lease');
  });

  it('keeps what the small model was sure of when the larger one is silent', async () => {
    const sure = machine({ model: 'small@1', route: 'lambda' });
    const silent = machine({ abstained: 'LOW_CONFIDENCE' });
    const kept = completeRefine(await ready({ lease: LEASE, machine: sure }), 'me', { machine: silent, texts: {} }, NOW);
    expect(kept).toMatchObject({ record: { machine: sure, refine: 'done', refinedBy: LARGE } });
    const both = completeRefine(await ready({ lease: LEASE }), 'me', { machine: silent, texts: {} }, NOW);
    expect(both).toMatchObject({ record: { machine: silent, refine: 'done' } });
  });

  it('adds the facts that the larger model found to those that are known, unless it only proposes', async () => {
    const colours = [{ name: 'red', share: 0.5 }];
    const before = await ready({ lease: LEASE, facts: { colours, people: { count: 3 } } });
    const refinement = { machine: machine(), texts: {}, facts: { people: { count: 2 } } };
    expect(completeRefine(before, 'me', refinement, NOW)).toMatchObject({ record: { facts: { colours, people: { count: 2 } } } });
    expect(completeRefine(before, 'me', refinement, NOW, 'propose')).toMatchObject({
      record: { facts: { colours, people: { count: 3 } } },
    });
    const silent = { ...refinement, machine: machine({ abstained: 'LOW_CONFIDENCE' }) };
    expect(completeRefine(before, 'me', silent, NOW)).toMatchObject({ record: { facts: { colours, people: { count: 2 } } } });
  });
});

describe('an answer that only proposes', () => {
  it('leaves a refinement that is queued to be done, and is done itself', async () => {
    const before = await ready({ lease: LEASE, refine: 'queued', texts: { alt: said('a dog') } });
    const refinement = { machine: machine(), texts: { alt: said('a cat') } };
    const proposed = completeRefine(before, 'me', refinement, NOW, 'propose');
    if (proposed.outcome !== 'written') throw new Error('lost');
    expect(proposed.record).toMatchObject({ refine: 'queued', texts: { alt: { text: 'a dog' } }, proposals: { alt: { text: 'a cat' } } });
    expect(outcomeOf(proposed.record, jobFor(proposed.record, 'refine'))).toBe('claimed');
    const done = completeRefine({ ...before, refine: 'failed' }, 'me', refinement, NOW, 'propose');
    if (done.outcome !== 'written') throw new Error('lost');
    expect(outcomeOf(done.record, jobFor(done.record, 'propose'))).toBe('done');
  });
});

describe('without the lease', () => {
  it('nothing is written', async () => {
    for (const before of [undefined, await ready(), await ready({ lease: OTHER }), await ready({ lease: LEASE, state: 'PENDING' })]) {
      expect(completeRefine(before, 'me', { machine: machine(), texts: {} }, NOW)).toEqual({ outcome: 'lost' });
      expect(failRefine(before, 'me', NOW)).toEqual({ outcome: 'lost' });
    }
  });
});

describe('failRefine', () => {
  it('leaves the texts as they are', async () => {
    const before = await ready({ lease: LEASE });
    expect(failRefine(before, 'me', NOW)).toMatchObject({ record: { refine: 'failed', texts: before.texts, state: 'READY' } });
  });
});
