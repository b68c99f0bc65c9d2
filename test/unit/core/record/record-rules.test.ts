// What is written under a lease, and what stays of a removed object: rule by rule.
import { describe, expect, it } from 'vitest';
import { PIPELINE } from '../../../../functions/core/record/record.ts';
import { complete, extend, fail, release, remove, revised } from '../../../../functions/core/record/record-rules.ts';
import {
  AT,
  claimed,
  created,
  DAYS,
  gone,
  ID,
  LEASE,
  NOW,
  outcomeOf,
  RESULT,
  ready,
  removed,
  text,
  written,
} from '../../../support/record-life.ts';

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
      pipeline: PIPELINE,
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
