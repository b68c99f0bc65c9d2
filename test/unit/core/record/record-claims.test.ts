// Who may work on an object, and when: rule by rule.
import { describe, expect, it } from 'vitest';
import { PIPELINE } from '../../../../functions/core/record/record.ts';
import { claim, fail, release, remove, tombstone } from '../../../../functions/core/record/record-rules.ts';
import {
  AT,
  claimed,
  created,
  DAYS,
  failed,
  gone,
  ID,
  LEASE,
  NOW,
  observed,
  outcomeOf,
  ready,
  removed,
  text,
  written,
} from '../../../support/record-life.ts';

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
      pipeline: PIPELINE,
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

  it('cuts a lease that ends too far ahead to its own length, and takes over after that and not before', () => {
    const year = 365 * 86_400_000;
    const ahead = { ...claimed(undefined, created()), lease: { owner: 'ahead', until: NOW + year } };
    const mine = { owner: 'another', until: NOW + 150_000 };
    const busy = claim(ahead, created(), ID, mine, NOW);
    expect(busy).toMatchObject({ outcome: 'busy', until: mine.until, record: { lease: { owner: 'ahead', until: mine.until } } });
    const cut = written(busy);
    expect(cut).toMatchObject({ changedAt: ahead.changedAt, revision: ahead.revision + 1 });
    expect(written(fail(cut, 'ahead', { reason: 'CORRUPT', message: '' }, NOW + 1)).state).toBe('FAILED');
    expect(claim(cut, created(), ID, { owner: 'another', until: mine.until + 149_999 }, mine.until - 1).outcome).toBe('busy');
    expect(claim(cut, created(), ID, { owner: 'another', until: mine.until + 150_000 }, mine.until).outcome).toBe('claimed');
    const later = { ...ahead, lease: { owner: 'slow', until: NOW + 4 * 150_000 } };
    expect(claim(later, created(), ID, mine, NOW)).toEqual({ outcome: 'busy', until: later.lease.until });
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
