import { describe, expect, it } from 'vitest';
import { listChanges } from '../../../../functions/core/lookup/lookup-changes.ts';
import type { Principal } from '../../../../functions/core/lookup/principal.ts';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';
import { api, NOW, readyRecord, SETTLE_MS } from '../../../support/api.ts';

const ALL: Principal = { id: 'jwt:all', scopes: SCOPES };

describe('listChanges', () => {
  it('gives every change once in order over its pages, and then only new ones', async () => {
    const { store, service } = api([
      await readyRecord('c', { changedAt: NOW - 7_000 }),
      await readyRecord('a', { changedAt: NOW - 9_000, state: 'DELETED' }),
      await readyRecord('b', { changedAt: NOW - 8_000 }),
    ]);
    const first = await listChanges(service.lookup, ALL, { limit: 2 });
    expect(first.records.map(({ key, state }) => `${key} ${state}`)).toEqual(['a DELETED', 'b READY']);
    const second = await listChanges(service.lookup, ALL, { since: first.next, limit: 2 });
    expect(second.records.map(({ key }) => key)).toEqual(['c']);
    expect([first.more, second.more]).toEqual([true, true]);

    const none = await listChanges(service.lookup, ALL, { since: second.next, limit: 2 });
    expect(none).toMatchObject({ records: [], more: false });
    const late = await readyRecord('a', { changedAt: NOW - 6_000, state: 'READY', revision: 9 });
    store.records.set(late.id, late);
    expect((await listChanges(service.lookup, ALL, { since: none.next, limit: 2 })).records.map(({ revision }) => revision)).toEqual([9]);
  });

  it('waits until a change has settled, so that no late writer is skipped', async () => {
    const { service } = api([
      await readyRecord('young', { changedAt: NOW - SETTLE_MS + 1 }),
      await readyRecord('old', { changedAt: NOW - SETTLE_MS }),
    ]);
    expect((await listChanges(service.lookup, ALL, { limit: 9 })).records.map(({ key }) => key)).toEqual(['old']);
  });

  it('goes on past the changes of others without showing them', async () => {
    const { service } = api([
      await readyRecord('theirs/a', { changedAt: NOW - 9_000 }),
      await readyRecord('mine/a', { changedAt: NOW - 8_000 }),
    ]);
    const mine = { ...ALL, prefixes: ['mine/'] };
    const first = await listChanges(service.lookup, mine, { limit: 1 });
    expect(first).toMatchObject({ records: [], more: true });
    expect((await listChanges(service.lookup, mine, { since: first.next, limit: 1 })).records.map(({ key }) => key)).toEqual(['mine/a']);
  });

  it('of an empty store still gives a cursor', async () => {
    const { service } = api([]);
    const { next, more } = await listChanges(service.lookup, ALL, { limit: 1 });
    expect(more).toBe(false);
    expect(await listChanges(service.lookup, ALL, { since: next, limit: 1 })).toMatchObject({ records: [], more: false });
  });
});
