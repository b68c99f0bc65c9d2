import { describe, expect, it } from 'vitest';
import { countBelow, purge } from '../../../../functions/core/operate/operate-purge.ts';
import { operateWorld } from '../../../support/operate-world.ts';
import { fullRecord, sampleRecord } from '../../../support/record-samples.ts';

const below = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => fullRecord(`old/${String(i).padStart(4, '0')}`)));

describe('a purge', () => {
  it('leaves tombstones of all records below the prefix and nothing else, and again does nothing', async () => {
    const other = await fullRecord('older/1');
    const { operations, store } = operateWorld({ records: [...(await below(250)), other] });
    expect(await countBelow(operations, 'old/')).toBe(250);
    expect(await purge(operations, { prefix: 'old/', objects: false })).toEqual({ records: 250, objects: 0 });
    for (const record of store.records.values()) {
      if (record.id === other.id) expect(record).toEqual(other);
      else expect(record).toMatchObject({ state: 'DELETED', texts: {}, revision: 2, expiresAt: expect.any(Number) });
    }
    expect(await countBelow(operations, 'old/')).toBe(0);
    expect(await purge(operations, { prefix: 'old/', objects: false })).toEqual({ records: 0, objects: 0 });
    expect(store.puts).toBe(250);
  });

  it('keeps objects unless asked, and removes those of records that were forgotten before', async () => {
    const { operations, bucket } = operateWorld({ records: [await sampleRecord('old/a'), await sampleRecord('old/none')] });
    bucket.upload('old/a', 'a dog');
    bucket.upload('new/a', 'a cat');
    expect(await purge(operations, { prefix: 'old/', objects: false })).toEqual({ records: 2, objects: 0 });
    expect(await bucket.head('photos', 'old/a')).toBeDefined();
    expect(await purge(operations, { prefix: 'old/', objects: true })).toEqual({ records: 0, objects: 1 });
    expect(await bucket.head('photos', 'old/a')).toBeUndefined();
    expect(await bucket.head('photos', 'new/a')).toBeDefined();
  });
});
