// Asking the worker again about old records: which of them, for how much, and from where on.
import { describe, expect, it } from 'vitest';
import { type RecaptionWishes, recaption } from '../../../../functions/core/operate/operate-recaption.ts';
import type { CaptionRecord, MachineResult, Text } from '../../../../functions/core/record/record.ts';
import { operateWorld, type WorldOptions } from '../../../support/operate-world.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const NEW = 'large@2';
const OLD = 'large@1';
const ALL: RecaptionWishes = { prefix: '', not: NEW, limit: Number.POSITIVE_INFINITY, budgetUsd: Number.POSITIVE_INFINITY, dryRun: false };
const EACH = 0.002;

const keyOf = (i: number): string => `k${String(i).padStart(4, '0')}.jpg`;
const said = (model: string, changes: Partial<MachineResult> = {}): MachineResult => ({
  model,
  style: 'alt',
  route: 'gpu',
  confidence: 0.9,
  plain: 'a dog',
  sure: [],
  ms: 20,
  costUsd: EACH,
  ...changes,
});
const text = (origin: Text['origin'], changes: Partial<Text> = {}): Text => ({ text: 'A dog.', lang: 'en', origin, at: 1, ...changes });

const ready = (key: string, changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  sampleRecord(key, {
    state: 'READY',
    etag: 'e',
    versionId: 'v',
    refine: 'done',
    machine: said(OLD),
    texts: { alt: text('machine') },
    ...changes,
  });

const worldOf = async (records: Promise<CaptionRecord>[], options: WorldOptions = {}) => {
  const world = operateWorld({ records: await Promise.all(records), ...options });
  return { ...world, keysSent: () => world.jobs.sent.map(({ key }) => key) };
};
const manyOf = (count: number) => Array.from({ length: count }, (_, i) => ready(keyOf(i)));

describe('what is captioned again', () => {
  it('is what another model was asked about, as jobs that say all of the version', async () => {
    const world = await worldOf([
      ready('a-old'),
      ready('b-new', { machine: said(NEW) }),
      ready('c-new-was-silent', { refinedBy: NEW }),
      ready('d-small', { refine: 'queued', machine: said('small@1', { route: 'lambda' }) }),
      sampleRecord('e-pending'),
      sampleRecord('f-failed', { state: 'FAILED', reason: 'CORRUPT' }),
    ]);
    expect(await recaption(world.operations, ALL)).toMatchObject({ listed: 4, sent: 2, known: 2, stronger: 0 });
    expect(world.keysSent()).toEqual(['a-old', 'd-small']);
    const { id, sequencer } = await ready('a-old');
    expect(world.jobs.sent[0]).toEqual({ kind: 'recaption', id, bucket: 'photos', key: 'a-old', sequencer, versionId: 'v', etag: 'e' });
  });

  it('is never what only people may change', async () => {
    const people = { alt: text('human'), caption: text('reviewed') };
    const world = await worldOf([
      ready('a', { texts: people }),
      ready('b', { texts: { alt: text('machine', { locked: true }), caption: text('embedded') } }),
      ready('c', { texts: { alt: text('human') } }),
    ]);
    expect(await recaption(world.operations, ALL)).toMatchObject({ sent: 1, stronger: 2 });
    expect(world.keysSent()).toEqual(['c']);
  });

  it('is only what one model was asked about, where that is wished', async () => {
    const world = await worldOf([ready('a'), ready('b', { machine: said('other@1') }), ready('c', { machine: said(NEW) })]);
    expect(await recaption(world.operations, { ...ALL, model: OLD })).toMatchObject({ sent: 1, known: 1 });
    const { not: _, ...any } = ALL;
    expect(await recaption(world.operations, { ...any, model: 'other@1' })).toMatchObject({ sent: 1, known: 0 });
    expect(world.keysSent()).toEqual(['a', 'b']);
  });

  it('is below the prefix', async () => {
    const world = await worldOf([ready('a/1'), ready('b/1')]);
    expect(await recaption(world.operations, { ...ALL, prefix: 'b/' })).toMatchObject({ listed: 1, sent: 1 });
  });
});

describe('the cost', () => {
  it('is the mean of what the new model has cost, else of what any worker has', async () => {
    const small = said('small@1', { route: 'lambda', costUsd: 1 });
    const world = await worldOf([ready('a', { machine: said(NEW, { costUsd: 0.01 }) }), ready('b'), ready('c', { machine: small })]);
    expect((await recaption(world.operations, { ...ALL, dryRun: true })).each).toEqual({ usd: 0.01, measured: 1 });
    expect((await recaption(world.operations, { ...ALL, not: 'large@3', dryRun: true })).each).toEqual({ usd: 0.006, measured: 2 });
    expect((await recaption(world.operations, { ...ALL, usdEach: 0.5, dryRun: true })).each).toEqual({ usd: 0.5, measured: 0 });
  });

  it('of a sample is enough', async () => {
    const world = await worldOf(manyOf(1200));
    expect((await recaption(world.operations, { ...ALL, limit: 1 })).each?.measured).toBe(1000);
  });

  it('ends the work before the budget is passed', async () => {
    const world = await worldOf(manyOf(30));
    expect(await recaption(world.operations, { ...ALL, budgetUsd: 12.5 * EACH })).toMatchObject({ sent: 12, ended: 'budget' });
    expect(await recaption(world.operations, { ...ALL, budgetUsd: 1, limit: 3, dryRun: true })).toMatchObject({ sent: 3, ended: 'limit' });
    expect(await recaption(world.operations, { ...ALL, budgetUsd: 1, usdEach: 0, dryRun: true })).toMatchObject({ sent: 30 });
  });

  it('must be known where there is a budget', async () => {
    const world = await worldOf([ready('a', { machine: said(OLD, { costUsd: 0 }) })]);
    await expect(recaption(world.operations, { ...ALL, budgetUsd: 1 })).rejects.toThrow(
      /^No record tells what a picture costs .+ --usd-each$/,
    );
    expect(await recaption(world.operations, ALL)).toEqual({ listed: 1, sent: 1, known: 0, stronger: 0 });
  });
});

describe('a run', () => {
  it('only counts when it is dry', async () => {
    const world = await worldOf(manyOf(30));
    expect(await recaption(world.operations, { ...ALL, dryRun: true })).toMatchObject({ sent: 30 });
    expect([world.jobs.sent, world.recaptionPlace.saved, world.pauses]).toEqual([[], [], []]);
  });

  it('goes on where a limit ended it, sends each once, and forgets its place at the end', async () => {
    const world = await worldOf(manyOf(233));
    let after: string | undefined;
    for (const limit of [25, 100, 1000]) {
      await recaption(world.operations, { ...ALL, limit, ...(after !== undefined && { after }) });
      after = world.recaptionPlace.position?.after;
    }
    expect(world.keysSent()).toEqual(Array.from({ length: 233 }, (_, i) => keyOf(i)));
    expect(after).toBeUndefined();
    expect(world.place.saved).toEqual([]);
  });

  it('is bounded in its rate', async () => {
    const world = await worldOf(manyOf(1001));
    await recaption(world.operations, ALL);
    expect(world.pauses.reduce((sum, ms) => sum + ms, 0)).toBe(2000);
  });

  it('needs a worker', async () => {
    const world = await worldOf(manyOf(1), { gpu: false });
    await expect(recaption(world.operations, ALL)).rejects.toThrow('This service has no worker that could caption again');
  });
});
