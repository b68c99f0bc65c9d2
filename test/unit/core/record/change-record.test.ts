// Changing a record while others do so too, and when a write is not confirmed.
import { describe, expect, it } from 'vitest';
import { changeRecord } from '../../../../functions/core/record/change-record.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { revised } from '../../../../functions/core/record/record-rules.ts';
import { fakeStore, type PutFault } from '../../../support/fake-store.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const renamed = (by: string) => (before: CaptionRecord | undefined) =>
  before === undefined
    ? { outcome: 'none' }
    : { outcome: 'written', record: revised(before, { message: `${before.message ?? ''}${by}` }, 0) };

const storeWith = async (faults: (PutFault | undefined)[]) => {
  const record = await sampleRecord('a.jpg');
  return { id: record.id, store: fakeStore({ putFault: () => faults.shift() }, [record]) };
};

describe('changeRecord', () => {
  it('writes nothing when nothing is decided', async () => {
    const { store } = await storeWith([]);
    expect(await changeRecord(store, 'unknown', renamed('x'))).toEqual({ outcome: 'none' });
    expect(store.puts).toBe(0);
  });

  it('decides again on what someone else has written', async () => {
    const { id, store } = await storeWith(['conflict', 'conflict']);
    await Promise.all([...'abcde'].map((by) => changeRecord(store, id, renamed(by))));
    expect([...(store.records.get(id)?.message ?? '')].toSorted().join('')).toBe('abcde');
    expect(store.records.get(id)?.revision).toBe(6);
  });

  it.each(['committed-conflict', 'committed-throw'] as const)('notices its own unconfirmed write (%s)', async (fault) => {
    const { id, store } = await storeWith([fault]);
    expect((await changeRecord(store, id, renamed('x'))).outcome).toBe('written');
    expect(store.records.get(id)?.message).toBe('x');
    expect(store.puts).toBe(1);
  });

  it('passes on what the store throws when nothing was written', async () => {
    const { id, store } = await storeWith(['throw']);
    await expect(changeRecord(store, id, renamed('x'))).rejects.toThrow('ThrottlingException');
  });

  it('does not take the write of another for its own', async () => {
    const record = await sampleRecord('a.jpg');
    const store = fakeStore({}, [record]);
    const rival = { ...store, put: async () => false };
    const put = changeRecord({ ...rival, get: store.get }, record.id, renamed('x'));
    await expect(put).rejects.toMatchObject({ code: 'INTERNAL', retryable: true });
  });

  it('compares records whatever the order of their fields', async () => {
    const record = await sampleRecord('a.jpg', { texts: { alt: { text: 'a', lang: 'en', origin: 'human', at: 1 } } });
    const store = fakeStore({ putFault: () => 'committed-conflict' }, [record]);
    const reversed = async (id: string) => {
      const found = await store.get(id);
      return found && (Object.fromEntries(Object.entries(found).toReversed()) as CaptionRecord);
    };
    expect((await changeRecord({ ...store, get: reversed }, record.id, renamed('x'))).outcome).toBe('written');
  });

  describe('with a known record', () => {
    const knowing = async () => {
      const { id, store } = await storeWith([]);
      const known = await store.get(id);
      let reads = 0;
      const counting = {
        ...store,
        get: (wanted: string) => {
          reads++;
          return store.get(wanted);
        },
      };
      return { id, store, known, counting, reads: () => reads };
    };

    it('reads nothing while it is still what is stored', async () => {
      const { id, store, known, counting, reads } = await knowing();
      expect((await changeRecord(counting, id, renamed('x'), known)).outcome).toBe('written');
      expect(reads()).toBe(0);
      expect(store.records.get(id)?.message).toBe('x');
    });

    it('decides again on what someone else has written since', async () => {
      const { id, store, known, counting } = await knowing();
      await changeRecord(store, id, renamed('other'));
      await changeRecord(counting, id, renamed('x'), known);
      expect(store.records.get(id)?.message).toBe('otherx');
    });

    it('reads before it decides to write nothing', async () => {
      const { id, store, known, counting, reads } = await knowing();
      await changeRecord(store, id, renamed('other'));
      const decide = (before: CaptionRecord | undefined) => ({ outcome: before?.message ?? 'unchanged' });
      expect(await changeRecord(counting, id, decide, known)).toEqual({ outcome: 'other' });
      expect(reads()).toBe(1);
    });
  });
});
