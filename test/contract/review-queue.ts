// How every RecordStore lists what needs a review; run against the store in memory and against DynamoDB's adapter.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordStore } from '../../functions/core/ports.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { riskPlace } from '../../functions/core/review/risk-place.ts';
import { sampleRecord } from '../support/record-samples.ts';
import type { OpenStore } from './record-store.ts';

const AT = 1_700_000_000_000;

/** The suite; the store begins empty. */
export const reviewQueueContract = (name: string, open: () => Promise<OpenStore>): void => {
  describe(`the review queue of ${name}`, () => {
    let opened: OpenStore;
    let store: RecordStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    it('lists what needs a review, riskiest first, below the prefixes that are asked for', async () => {
      const bucket = 'review';
      const rejected = { alt: { by: 'jwt:ann', at: AT, reason: 'wrong' } };
      const unsure = { alt: { text: 'A cat.', lang: 'en', origin: 'machine', at: AT, confidence: 0.2 } } as const;
      const calm = { alt: { ...unsure.alt, confidence: 0.9 } };
      const fields = [{ withheld: rejected }, { texts: unsure }, { texts: calm }, { texts: unsure, state: 'PENDING' }] as const;
      const records = await Promise.all(
        Array.from({ length: 48 }, (_, n) => sampleRecord(`${n % 3}/${n}`, { bucket, state: 'READY', ...fields[n % 4] })),
      );
      for (const written of await Promise.all(records.map((record) => store.put(record, undefined)))) expect(written).toBe(true);
      const open = records.filter((_, n) => n % 4 < 2);
      const placeOf = (record: CaptionRecord): string => riskPlace(record) ?? '';
      const inOrder = (some: readonly CaptionRecord[]) => some.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)).map(({ key }) => key);
      const queue = async (prefixes: readonly string[], limit: number): Promise<string[]> => {
        const keys: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = await store.listByRisk({ bucket, prefixes, limit, ...(after !== undefined && { after }) });
          expect(page.records.length).toBeLessThanOrEqual(limit);
          keys.push(...page.records.map(({ key }) => key));
          if (page.next === undefined) return keys;
          after = page.next;
        }
      };
      for (const limit of [1, 7, 24, 100]) expect(await queue([''], limit)).toEqual(inOrder(open));
      expect(await queue(['0/', '2/'], 5)).toEqual(inOrder(open.filter(({ key }) => !key.startsWith('1/'))));
      expect(await queue(['none/', 'x'.repeat(2000)], 5)).toEqual([]);
      expect(await queue([], 5)).toEqual([]);
      expect((await store.listByRisk({ bucket: 'other', prefixes: [''], limit: 5 })).records).toEqual([]);
      const [first] = open;
      if (first === undefined) throw new Error('no records');
      expect(await store.put({ ...first, texts: calm, revision: 2, withheld: {} }, 1)).toBe(true);
      expect(await queue([''], 100)).toEqual(inOrder(open.slice(1)));
    });
  });
};
