// How every RecordStore tells keys alone; run against the store in memory and against DynamoDB's adapter.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordStore } from '../../functions/core/ports.ts';
import { sampleRecord } from '../support/record-samples.ts';
import type { OpenStore } from './record-store.ts';

const BUCKET = 'photos';

/** So many of the longest keys are more than the 1 MB of entries that one request sees. */
const RECORDS = 1_050;

/** The suite; the store begins empty. */
export const keyListsContract = (name: string, open: () => Promise<OpenStore>): void => {
  describe(`the keys alone of ${name}`, () => {
    let opened: OpenStore;
    let store: RecordStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    it('are those of records that are not deleted, page by page', async () => {
      const long = (n: number): string => `k/${String(n).padStart(4, '0')}${'x'.repeat(1000)}`;
      const records = await Promise.all(
        Array.from({ length: RECORDS }, (_, n) => sampleRecord(long(n), { state: n % 11 === 0 ? 'DELETED' : 'FAILED' })),
      );
      await opened.seed([...records, await sampleRecord('l')]);
      const told: string[] = [];
      let pages = 1;
      for (let after: string | undefined; ; pages++) {
        const page = await store.keys({ bucket: BUCKET, prefix: 'k/', ...(after !== undefined && { after }) });
        told.push(...page.keys);
        if (page.next === undefined) break;
        after = page.next;
      }
      expect(told).toEqual(records.filter(({ state }) => state !== 'DELETED').map(({ key }) => key));
      expect(pages).toBeGreaterThan(1);
      expect((await store.keys({ bucket: BUCKET, prefix: 'k/', after: 'k/0004' })).keys[0]).toBe(long(4));
      expect((await store.keys({ bucket: BUCKET, prefix: 'k/', after: 'a' })).keys[0]).toBe(long(1));
      expect((await store.keys({ bucket: BUCKET, prefix: 'k/', after: 'l' })).keys).toEqual([]);
      expect((await store.keys({ bucket: BUCKET, prefix: 'x'.repeat(2000) })).keys).toEqual([]);
      expect((await store.keys({ bucket: 'other', prefix: '' })).keys).toEqual([]);
    });
  });
};
