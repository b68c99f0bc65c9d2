// The life of a record, rule by rule.
import { describe, expect, it } from 'vitest';
import type { ObjectEvent } from '../../../functions/core/object-event.ts';
import type { CaptionRecord, Text } from '../../../functions/core/record.ts';
import { claim, complete, extend, fail, type Result, release, remove, revised, tombstone } from '../../../functions/core/record-rules.ts';

const NOW = 1_700_000_100_000;
const AT = 1_700_000_000_000;
const ID = 'an-id';
const LEASE = { owner: 'me', until: NOW + 60_000 };
const DAYS = 30;

const created = (changes: Partial<ObjectEvent> = {}): ObjectEvent => ({
  kind: 'created',
  bucket: 'photos',
  key: 'a.jpg',
  sequencer: '0B',
  etag: 'e1',
  at: AT,
  ...changes,
});
const observed = (changes: Partial<ObjectEvent> = {}): ObjectEvent => created({ kind: 'observed', sequencer: '', ...changes });
const removed = (changes: Partial<ObjectEvent> = {}): ObjectEvent => {
  const { etag: _, ...event } = created({ kind: 'removed', sequencer: '0C', at: AT + 1000 });
  return { ...event, ...changes };
};

const claimed = (before: CaptionRecord | undefined, event: ObjectEvent): CaptionRecord => {
  const result = claim(before, event, ID, LEASE, NOW);
  if (result.outcome !== 'claimed') throw new Error(`Expected claimed but received ${result.outcome}`);
  return result.record;
};
const outcomeOf = (before: CaptionRecord | undefined, event: ObjectEvent, now = NOW): string =>
  claim(before, event, ID, { owner: 'another', until: now + 1 }, now).outcome;

const written = (result: { outcome: string; record?: CaptionRecord }): CaptionRecord => {
  if (result.record === undefined) throw new Error(`Expected a record but received ${result.outcome}`);
  return result.record;
};

const text = (origin: Text['origin'], said = origin as string): Text => ({ text: said, lang: 'en', origin, at: AT });
const RESULT: Result = {
  picture: { sha256: 's', bytes: 1, width: 2, height: 3, format: 'jpeg', dhash: 'd' },
  machine: { model: 'm@1', style: 'alt', route: 'lambda', confidence: 0.9, plain: 'a dog', sure: [], ms: 1, costUsd: 0 },
  texts: { alt: text('machine'), caption: text('machine') },
};
const ready = (event = created(), result = RESULT): CaptionRecord => written(complete(claimed(undefined, event), 'me', result, NOW));
const failed = (reason: 'CORRUPT' | 'INTERNAL'): CaptionRecord =>
  written(fail(claimed(undefined, created()), 'me', { reason, message: 'm' }, NOW));
const gone = (): CaptionRecord => written(remove(ready(), removed(), ID, NOW, DAYS));

describe('a claim', () => {
  it('makes a record of a new object', () => {
    expect(claimed(undefined, created({ versionId: 'v1' }))).toEqual({
      id: ID,
      bucket: 'photos',
      key: 'a.jpg',
      state: 'PENDING',
      sequencer: '0B',
      versionId: 'v1',
      etag: 'e1',
      objectAt: AT,
      texts: {},
      lease: LEASE,
      pipeline: 1,
      createdAt: NOW,
      changedAt: NOW,
      revision: 1,
    });
  });

  it('of a newer version drops what belonged to the old picture, and keeps what people wrote', () => {
    const before = { ...ready(), refine: 'done' as const, texts: { alt: text('human'), caption: text('machine'), long: text('embedded') } };
    const record = claimed(before, created({ sequencer: '0B1', etag: 'e2' }));
    expect(record).toMatchObject({ state: 'PENDING', etag: 'e2', texts: { alt: text('human') }, createdAt: before.createdAt });
    expect(record.revision).toBe(before.revision + 1);
    expect(record.changedAt).toBeGreaterThan(before.changedAt);
    for (const field of ['picture', 'machine', 'refine', 'reason', 'expiresAt']) expect(record).not.toHaveProperty(field);
    expect(Object.keys(record.texts)).toEqual(['alt']);
  });

  it('of an older version, or of another with the same place, is stale', () => {
    expect(outcomeOf(ready(), created({ sequencer: '0A' }))).toBe('stale');
    expect(outcomeOf(ready(), created({ etag: 'e2' }))).toBe('stale');
  });

  it('of what is final already is done, also where it ended by deletion', () => {
    expect(outcomeOf(ready(), created())).toBe('done');
    expect(outcomeOf(failed('CORRUPT'), created())).toBe('done');
    const forgotten = tombstone(ready(), { sequencer: '0B', at: AT }, NOW, DAYS);
    expect(outcomeOf(forgotten, created())).toBe('done');
  });

  it('waits for a live lease, and takes over one that has ended, was given back or is its own', () => {
    const before = claimed(undefined, created());
    expect(claim(before, created(), ID, { owner: 'another', until: 0 }, NOW)).toEqual({ outcome: 'busy', until: LEASE.until });
    expect(claim(before, created(), ID, undefined, NOW)).toEqual({ outcome: 'busy', until: LEASE.until });
    expect(outcomeOf(before, created(), LEASE.until)).toBe('claimed');
    expect(outcomeOf(written(release(before, 'me')), created())).toBe('claimed');
    expect(claimed(before, created()).lease).toEqual(LEASE);
  });

  it('tries again what failed for a passing reason', () => {
    const record = claimed(failed('INTERNAL'), created());
    expect(record).toMatchObject({ state: 'PENDING', lease: LEASE });
    expect(record).not.toHaveProperty('reason');
    expect(record).not.toHaveProperty('message');
  });

  it('may leave the lease to someone else', () => {
    const result = claim(undefined, observed(), ID, undefined, NOW);
    expect(written(result)).not.toHaveProperty('lease');
  });

  it('brings a deleted object back only when it is newer', () => {
    expect(outcomeOf(gone(), created())).toBe('stale');
    expect(claimed(gone(), created({ sequencer: '0D' }))).not.toHaveProperty('expiresAt');
  });
});

describe('an object found by listing', () => {
  it('is claimed when nothing is known of it', () => {
    expect(claimed(undefined, observed()).sequencer).toBe('');
  });

  it('is done when the same content is known', () => {
    expect(outcomeOf(ready(), observed())).toBe('done');
    expect(outcomeOf(failed('INTERNAL'), observed())).toBe('claimed');
  });

  it('with other content is claimed unless it is older, and keeps the place of the last event', () => {
    expect(claimed(ready(), observed({ etag: 'e2', at: AT })).sequencer).toBe('0B');
    expect(outcomeOf(ready(), observed({ etag: 'e2', at: AT - 1 }))).toBe('stale');
  });

  it('comes back after a delete only when it was written later', () => {
    expect(outcomeOf(gone(), observed({ at: AT + 1000 }))).toBe('stale');
    expect(claimed(gone(), observed({ at: AT + 1001 })).sequencer).toBe('0C');
  });

  it('gives way to events about it, but not to those of older objects', () => {
    const before = ready(observed());
    expect(outcomeOf(before, created())).toBe('claimed');
    expect(outcomeOf(before, created({ etag: 'e0', at: AT - 1 }))).toBe('stale');
    expect(outcomeOf(before, created({ etag: 'e2', at: AT + 1 }))).toBe('claimed');
    expect(remove(before, removed({ at: AT - 1 }), ID, NOW, DAYS).outcome).toBe('stale');
    expect(remove(before, removed(), ID, NOW, DAYS).outcome).toBe('removed');
  });

  it('written after a delete is not deleted by the same delete again', () => {
    const back = claimed(gone(), observed({ at: AT + 2000 }));
    expect(remove(back, removed(), ID, NOW, DAYS).outcome).toBe('stale');
    expect(remove(back, removed({ sequencer: '0D', at: AT + 3000 }), ID, NOW, DAYS).outcome).toBe('removed');
  });
});

describe('a write under a lease', () => {
  it('completes the record', () => {
    const record = ready(created(), { ...RESULT, refine: 'queued', etag: 'as-read', versionId: 'v9' });
    expect(record).toMatchObject({ ...RESULT, state: 'READY', refine: 'queued', etag: 'as-read', versionId: 'v9', revision: 2 });
    expect(record).not.toHaveProperty('lease');
  });

  it('keeps a stronger text', () => {
    const before = { ...claimed(undefined, created()), texts: { alt: text('human') } };
    expect(written(complete(before, 'me', RESULT, NOW)).texts).toEqual({ alt: text('human'), caption: text('machine') });
  });

  it('is lost when the lease is not held, or the record is no longer pending', () => {
    const before = claimed(undefined, created());
    const { lease: _, ...free } = before;
    for (const other of [undefined, free, gone(), { ...before, lease: { ...LEASE, owner: 'another' } }]) {
      expect(complete(other, 'me', RESULT, NOW).outcome).toBe('lost');
      expect(fail(other, 'me', { reason: 'CORRUPT', message: '' }, NOW).outcome).toBe('lost');
      expect(release(other, 'me').outcome).toBe('lost');
      expect(extend(other, LEASE).outcome).toBe('lost');
    }
    const refining = { ...ready(), lease: LEASE };
    expect(complete(refining, 'me', RESULT, NOW).outcome).toBe('lost');
    expect(fail(refining, 'me', { reason: 'CORRUPT', message: '' }, NOW).outcome).toBe('lost');
  });

  it('can be made longer or given back without readers seeing a change', () => {
    const before = claimed(undefined, created());
    const later = written(extend(before, { owner: 'me', until: NOW + 1 }));
    expect(later).toMatchObject({ lease: { owner: 'me', until: NOW + 1 }, changedAt: before.changedAt, revision: 2 });
    expect(written(release(before, 'me')).changedAt).toBe(before.changedAt);
  });
});

describe('a removal', () => {
  it('leaves only what refuses older events', () => {
    expect(gone()).toEqual({
      id: ID,
      bucket: 'photos',
      key: 'a.jpg',
      state: 'DELETED',
      sequencer: '0C',
      objectAt: AT + 1000,
      texts: {},
      pipeline: 1,
      createdAt: NOW,
      changedAt: NOW + 2,
      revision: 3,
      expiresAt: NOW / 1000 + DAYS * 86_400,
    });
  });

  it('of an unknown object is remembered, too', () => {
    const record = written(remove(undefined, removed(), ID, NOW, DAYS));
    expect(record).toMatchObject({ state: 'DELETED', sequencer: '0C', createdAt: NOW, changedAt: NOW, revision: 1 });
    expect(outcomeOf(record, created())).toBe('stale');
  });

  it('is stale when the object is newer, done when repeated, and goes on when newer itself', () => {
    expect(remove(ready(created({ sequencer: '0D' })), removed(), ID, NOW, DAYS).outcome).toBe('stale');
    expect(remove(gone(), removed(), ID, NOW, DAYS).outcome).toBe('done');
    expect(written(remove(gone(), removed({ sequencer: '0D' }), ID, NOW, DAYS)).sequencer).toBe('0D');
  });

  it('of a version counts only for the record of that version, whose place it keeps', () => {
    const before = ready(created({ versionId: 'v1' }));
    const version = removed({ versionOnly: true, versionId: 'v1' });
    expect(written(remove(before, version, ID, NOW, DAYS))).toMatchObject({ state: 'DELETED', sequencer: '0B' });
    for (const other of [undefined, ready(), gone(), ready(created({ versionId: 'v2' }))]) {
      expect(remove(other, version, ID, NOW, DAYS).outcome).toBe('ignored');
    }
  });
});

describe('revised', () => {
  it('always changes later than before, also when the clock went back', () => {
    expect(revised(ready(), {}, 0).changedAt).toBe(ready().changedAt + 1);
  });
});
