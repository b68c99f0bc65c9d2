// Which deliveries of a batch are worked on, and after which.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planBatch } from '../../../../functions/core/ingest/ingest-order.ts';
import type { Delivery } from '../../../../functions/core/ingest/ingest-ports.ts';
import type { ObjectEvent } from '../../../../functions/core/record/object-event.ts';
import { compareSequencers } from '../../../../functions/core/record/sequencer.ts';

const event = (changes: Partial<ObjectEvent>): ObjectEvent => ({
  kind: 'created',
  bucket: 'b',
  key: 'k',
  sequencer: '1',
  at: 0,
  ...changes,
});
const delivery = (changes: Partial<ObjectEvent>, receives = 1): Delivery => ({ event: event(changes), receives });

describe('planBatch', () => {
  it('keeps only the newest event of each key', () => {
    const newest = delivery({ sequencer: '3', kind: 'removed' });
    const other = delivery({ key: 'other', sequencer: '2' });
    expect(planBatch([delivery({ sequencer: '2' }), newest, other, delivery({ sequencer: '1' })])).toEqual([[newest, other], [], []]);
  });

  it('tells the buckets and keys apart', () => {
    expect(planBatch([delivery({ bucket: 'a', key: 'bc' }), delivery({ bucket: 'ab', key: 'c' })])[0]).toHaveLength(2);
  });

  it('works on listed objects after events, and on removed versions last, none of which supersedes another', () => {
    const listed = delivery({ kind: 'observed', sequencer: '', at: 2 });
    const versions = ['v1', 'v2'].map((versionId) => delivery({ kind: 'removed', sequencer: '9', versionId, versionOnly: true }));
    const created = delivery({});
    const older = delivery({ kind: 'observed', sequencer: '', at: 1 });
    expect(planBatch([...versions, listed, created, older])).toEqual([[created], [listed], versions]);
  });

  it('takes the later one of two deliveries of the same event', () => {
    const later = delivery({}, 2);
    expect(planBatch([delivery({}), later])[0]).toEqual([later]);
    expect(planBatch([later, delivery({})])[0]).toEqual([later]);
  });

  it('keeps the newest whatever the order of arrival', () => {
    const sequencers = fc.array(fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 1, maxLength: 8 }), { minLength: 1 });
    fc.assert(
      fc.property(sequencers, (all) => {
        const [kept, ...others] = planBatch(all.map((sequencer) => delivery({ sequencer })))[0] ?? [];
        expect(others).toEqual([]);
        expect(all.every((sequencer) => compareSequencers(sequencer, kept?.event.sequencer ?? '') <= 0)).toBe(true);
      }),
    );
  });
});
