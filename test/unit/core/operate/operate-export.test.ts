import { describe, expect, it } from 'vitest';
import { exportRecords, parseCursor } from '../../../../functions/core/operate/operate-export.ts';
import { type RecordView, recordView } from '../../../../functions/core/record/record-view.ts';
import { operateWorld, WORLD_BEGAN } from '../../../support/operate-world.ts';
import { fullRecord } from '../../../support/record-samples.ts';

const HOUR_MS = 3_600_000;
const changedBefore = (count: number, agoMs: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => fullRecord(`k${i}`, { changedAt: WORLD_BEGAN - agoMs + i })));

const exported = async (operations: Parameters<typeof exportRecords>[0], cursor?: string) => {
  const views: RecordView[] = [];
  const since = cursor === undefined ? undefined : parseCursor(cursor);
  const { records, next } = await exportRecords(operations, since, (view) => void views.push(view));
  expect(records).toBe(views.length);
  return { views, next };
};

describe('an export', () => {
  it('gives all records as the API shows them, over many pages, oldest change first', async () => {
    const records = await changedBefore(250, HOUR_MS);
    const { operations } = operateWorld({ records });
    const { views } = await exported(operations);
    expect(views).toEqual(records.map(recordView));
    expect(JSON.stringify(views)).not.toMatch(/lease|plain|pipeline|sequencer/);
  });

  it('goes on after its cursor', async () => {
    const { operations, store } = operateWorld({ records: await changedBefore(3, HOUR_MS) });
    const first = await exported(operations);
    expect((await exported(operations, first.next)).views).toEqual([]);
    const changed = await fullRecord('k1', { changedAt: WORLD_BEGAN - 60_000, revision: 2 });
    store.records.set(changed.id, changed);
    const second = await exported(operations, first.next);
    expect(second.views).toEqual([recordView(changed)]);
    expect((await exported(operations, second.next)).views).toEqual([]);
  });

  it('gives the last changes too, and again after its cursor, since one before them may not be visible yet', async () => {
    const { operations, store, clock } = operateWorld({ records: await changedBefore(2, 1000) });
    const { views, next } = await exported(operations);
    expect(views).toHaveLength(2);
    const late = await fullRecord('late', { changedAt: WORLD_BEGAN - 2000 });
    store.records.set(late.id, late);
    clock.now += 60_000;
    expect((await exported(operations, next)).views.map(({ key }) => key)).toEqual(['late', 'k0', 'k1']);
  });

  it('tells a cursor also when there is nothing', async () => {
    const { operations } = operateWorld();
    expect((await exported(operations)).next).toBe('000000000000000#');
  });

  it('knows what is no cursor', () => {
    expect(parseCursor('000001700000000#')).toEqual({ changedAt: 1_700_000_000, id: '' });
    for (const text of ['', '5', '00001700000000a#', "000001700000000#'"]) expect(parseCursor(text)).toBeUndefined();
  });
});
