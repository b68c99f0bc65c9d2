// What every RecordStore must do; run against the store in memory and against DynamoDB's adapter.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordStore } from '../../functions/core/ports.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { fullRecord, sampleRecord } from '../support/record-samples.ts';

/** A store, how to end it, and how many new records come into it at once, other than by the store. */
export type OpenStore = { store: RecordStore; seed(records: readonly CaptionRecord[]): Promise<void>; close(): Promise<void> };

const BUCKET = 'photos';
const AT = 1_700_000_000_000;
const LONGEST_KEY = `long/${'ü'.repeat(509)}x`;

const HOSTILE_KEYS = [
  'a+b c.jpg',
  'a%2Fb.jpg',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  '../../etc/passwd',
  '/leading.jpg',
  'what?#.jpg',
  'new\nline.jpg',
  '\u{1F436}.jpg',
  '\uFFFD.jpg',
  '"quoted" \\ \u0001.jpg',
];

const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The suite; each store begins empty. */
export const recordStoreContract = (name: string, open: () => Promise<OpenStore>): void => {
  describe(name, () => {
    let opened: OpenStore;
    let store: RecordStore;
    const fill = async (records: readonly CaptionRecord[]): Promise<void> => {
      for (const written of await Promise.all(records.map((record) => store.put(record, undefined)))) expect(written).toBe(true);
    };
    const allKeys = async (query: { prefix: string; state?: CaptionRecord['state']; limit: number }): Promise<string[]> => {
      const keys: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.listByKey({ bucket: BUCKET, ...query, ...(after !== undefined && { after }) });
        keys.push(...page.records.map(({ key }) => key));
        expect(page.records.length).toBeLessThanOrEqual(query.limit);
        if (page.next === undefined) return keys;
        after = page.next;
      }
    };

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());
    let turn = 0;
    let prefix = '';
    beforeEach(() => {
      prefix = `turn-${turn++}/`;
    });

    it('gives back what was put, whole', async () => {
      const full = await fullRecord(`${prefix}full`);
      await fill([full]);
      expect(await store.get(full.id)).toEqual(full);
      expect(await store.get('A'.repeat(22))).toBeUndefined();
    });

    it('writes only over the revision that was seen', async () => {
      const first = await sampleRecord(`${prefix}a`);
      expect(await store.put(first, 1)).toBe(false);
      expect(await store.put(first, undefined)).toBe(true);
      expect(await store.put({ ...first, message: 'late' }, undefined)).toBe(false);
      const second = { ...first, revision: 2, message: 'second' };
      expect(await store.put(second, 1)).toBe(true);
      expect(await store.put({ ...first, revision: 2, message: 'late' }, 1)).toBe(false);
      expect(await store.get(first.id)).toEqual(second);
    });

    it('lets one of many writers win', async () => {
      const first = await sampleRecord(`${prefix}a`);
      await fill([first]);
      const writers = Array.from({ length: 20 }, (_, n) => ({ ...first, revision: 2, lease: { owner: `w${n}`, until: AT } }));
      const won = await Promise.all(writers.map((record) => store.put(record, 1)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get(first.id)).toEqual(writers[won.indexOf(true)]);
    });

    it('drops what the new record leaves out', async () => {
      const full = await fullRecord(`${prefix}a`);
      await fill([full]);
      const bare = await sampleRecord(`${prefix}a`, { revision: 2 });
      expect(await store.put(bare, 1)).toBe(true);
      expect(await store.get(full.id)).toEqual(bare);
    });

    it('reads many at their places, with repeats and gaps', async () => {
      const records = await Promise.all(Array.from({ length: 99 }, (_, n) => sampleRecord(`${prefix}${n}`)));
      await fill(records);
      const ids = ['A'.repeat(22), ...records.map(({ id }) => id)];
      expect(await store.getMany(ids)).toEqual([undefined, ...records]);
      const [first] = records;
      expect(await store.getMany([ids[1] ?? '', ids[1] ?? ''])).toEqual([first, first]);
      expect(await store.getMany([])).toEqual([]);
      await expect(Promise.resolve().then(() => store.getMany([...ids, 'B'.repeat(22)]))).rejects.toThrow(RangeError);
    });

    it('answers many single reads at once', async () => {
      const records = await Promise.all(Array.from({ length: 230 }, (_, n) => sampleRecord(`${prefix}${n}`)));
      await fill(records);
      const ids = records.flatMap(({ id }) => [id, id]);
      expect(await Promise.all(ids.map((id) => store.get(id)))).toEqual(records.flatMap((record) => [record, record]));
    });

    it('keeps keys byte for byte and lists them in the order of their bytes', async () => {
      const keys = [...HOSTILE_KEYS, LONGEST_KEY];
      const bucket = `hostile-${prefix}`;
      await fill(await Promise.all(keys.map((key) => sampleRecord(key, { bucket }))));
      const { records, next } = await store.listByKey({ bucket, prefix: '', limit: 100 });
      expect(records.map(({ key }) => key)).toEqual(keys.toSorted(byUtf8));
      expect(next).toBeUndefined();
      for (const key of keys) {
        const found = await store.listByKey({ bucket, prefix: key, limit: 100 });
        expect(found.records.map((record) => record.key)).toEqual([key]);
      }
    });

    it('lists a prefix page by page', async () => {
      const keys = Array.from({ length: 23 }, (_, n) => `${prefix}in/${n}`);
      await fill(await Promise.all([...keys, `${prefix}im`, `${prefix}in`, `${prefix}io`].map((key) => sampleRecord(key))));
      for (const limit of [1, 7, 23, 100]) expect(await allKeys({ prefix: `${prefix}in/`, limit })).toEqual(keys.toSorted(byUtf8));
      expect(await allKeys({ prefix: `${prefix}none`, limit: 10 })).toEqual([]);
      expect(await allKeys({ prefix: 'x'.repeat(2000), limit: 10 })).toEqual([]);
      expect((await store.listByKey({ bucket: 'other', prefix, limit: 10 })).records).toEqual([]);
    });

    it('starts after any key, stored or not, in the prefix or not', async () => {
      await fill(await Promise.all(['b/1', 'b/2', 'b/3'].map((key) => sampleRecord(`${prefix}${key}`))));
      const keysAfter = async (key: string): Promise<string[]> => {
        const { records } = await store.listByKey({ bucket: BUCKET, prefix: `${prefix}b/`, after: key, limit: 10 });
        return records.map((record) => record.key.slice(prefix.length));
      };
      expect(await keysAfter(`${prefix}b/2`)).toEqual(['b/3']);
      expect(await keysAfter(`${prefix}b/15`)).toEqual(['b/2', 'b/3']);
      expect(await keysAfter(`${prefix}a`)).toEqual(['b/1', 'b/2', 'b/3']);
      expect(await keysAfter(`${prefix}c`)).toEqual([]);
    });

    it('lists by state, also when few are of it', async () => {
      const states = ['READY', 'READY', 'READY', 'FAILED'] as const;
      const records = await Promise.all(
        Array.from({ length: 60 }, (_, n) => sampleRecord(`${prefix}${String(n).padStart(2, '0')}`, { state: states[n % 4] ?? 'READY' })),
      );
      await fill(records);
      const failed = records.filter(({ state }) => state === 'FAILED').map(({ key }) => key);
      for (const limit of [1, 2, 15, 100]) expect(await allKeys({ prefix, state: 'FAILED', limit })).toEqual(failed);
      expect(await allKeys({ prefix, state: 'DELETED', limit: 5 })).toEqual([]);
      expect(await allKeys({ prefix, limit: 9 })).toHaveLength(60);
    });

    it('finds a READY record of the same bytes', async () => {
      const sha256 = Buffer.from(prefix).toString('hex').padEnd(64, '0');
      const picture = { sha256, bytes: 1, width: 1, height: 1, format: 'png', dhash: '0'.repeat(16) } as const;
      const ready = await sampleRecord(`${prefix}ready`, { state: 'READY', picture });
      const failed = await sampleRecord(`${prefix}failed`, { state: 'FAILED', reason: 'INTERNAL', picture });
      await fill([failed]);
      expect(await store.bySha256(sha256)).toBeUndefined();
      await fill([ready]);
      expect(await store.bySha256(sha256)).toEqual(ready);
      expect(await store.put({ ...ready, state: 'PENDING', revision: 2 }, 1)).toBe(true);
      expect(await store.bySha256(sha256)).toBeUndefined();
    });

    it('tells changes once each, oldest first, up to a time', async () => {
      const start = AT + 1_000_000_000 * (turn + 1);
      const records = await Promise.all(
        Array.from({ length: 40 }, (_, n) => sampleRecord(`${prefix}${n}`, { changedAt: start + Math.floor(n / 3) })),
      );
      await fill(records);
      const [moved] = records;
      if (moved === undefined) throw new Error('no records');
      expect(await store.put({ ...moved, revision: 2, changedAt: start + 50 }, 1)).toBe(true);
      const later = await sampleRecord(`${prefix}later`, { changedAt: start + 100 });
      await fill([later]);

      const feed: CaptionRecord[] = [];
      let after = { changedAt: start - 1, id: '' };
      for (;;) {
        const page = await store.changes({ after, until: start + 99, limit: 7 });
        expect(page.records.length).toBeLessThanOrEqual(7);
        if (page.records.length === 0) {
          expect(page.next).toEqual(after);
          break;
        }
        feed.push(...page.records);
        after = page.next;
      }
      const order = (a: CaptionRecord, b: CaptionRecord): number => a.changedAt - b.changedAt || (a.id < b.id ? -1 : 1);
      expect(feed).toEqual([...records.slice(1), { ...moved, revision: 2, changedAt: start + 50 }].toSorted(order));
      expect((await store.changes({ after, until: start + 100, limit: 7 })).records).toEqual([later]);
      expect((await store.changes({ after, until: start - 5, limit: 7 })).next).toEqual(after);
      expect((await store.changes({ until: AT - 1, limit: 7 })).next).toEqual({ changedAt: 0, id: '' });
    });
  });
};
