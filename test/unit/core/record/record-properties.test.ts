// What holds for any events in any order: the newest wins, nothing comes back, people's words stay, and only the lease's owner writes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectEvent } from '../../../../functions/core/record/object-event.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { claim, complete, fail, isOpen, remove, revisedUnseen } from '../../../../functions/core/record/record-rules.ts';
import { compareSequencers } from '../../../../functions/core/record/sequencer.ts';
import { AT, created, DAYS, ID, NOW, observed, RESULT, removed, text } from '../../../support/record-life.ts';

const hex = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 1, maxLength: 6 });

/** Different events on one key: their sequencers differ. */
const history = fc.uniqueArray(fc.record({ sequencer: hex, isRemoval: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
  comparator: (a, b) => compareSequencers(a.sequencer, b.sequencer) === 0,
});
const eventOf = ({ sequencer, isRemoval }: { sequencer: string; isRemoval: boolean }): ObjectEvent =>
  isRemoval ? removed({ sequencer, at: AT }) : created({ sequencer, etag: `etag of ${sequencer}` });

/** Each event at least once, in any order. */
const deliveries = history.chain((events) =>
  fc
    .array(fc.constantFrom(...events), { maxLength: 8 })
    .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }))
    .map((all) => all.map(eventOf)),
);

const byNow = { owner: 'me', until: NOW + 1 };

/** The record after one delivery that is worked on to its end. */
const settled = (before: CaptionRecord | undefined, event: ObjectEvent): CaptionRecord | undefined => {
  if (event.kind === 'removed') {
    const removal = remove(before, event, ID, NOW, DAYS);
    return removal.outcome === 'removed' ? removal.record : before;
  }
  const claimed = claim(before, event, ID, byNow, NOW);
  if (claimed.outcome !== 'claimed') return before;
  const completed = complete(claimed.record, 'me', RESULT, NOW);
  return completed.outcome === 'written' ? completed.record : before;
};

const newestOf = (events: readonly ObjectEvent[]): ObjectEvent =>
  events.reduce((newest, event) => (compareSequencers(event.sequencer, newest.sequencer) > 0 ? event : newest));

describe('for any events in any order', () => {
  it('the newest event decides', () => {
    fc.assert(
      fc.property(deliveries, (events) => {
        const record = events.reduce(settled, undefined);
        const newest = newestOf(events);
        expect(record?.state).toBe(newest.kind === 'removed' ? 'DELETED' : 'READY');
        expect(record?.etag).toBe(newest.etag);
        expect(compareSequencers(record?.sequencer ?? '', newest.sequencer)).toBe(0);
      }),
    );
  });

  it('every write is a later revision, at a later place in the changes', () => {
    fc.assert(
      fc.property(deliveries, (events) => {
        events.reduce<CaptionRecord | undefined>((before, event) => {
          const record = settled(before, event);
          if (before !== undefined && record !== undefined && record !== before) {
            expect(record.revision).toBeGreaterThan(before.revision);
            expect(record.changedAt).toBeGreaterThan(before.changedAt);
            expect(record.createdAt).toBe(before.createdAt);
          }
          return record;
        }, undefined);
      }),
    );
  });

  it('no old event, and no old listing, brings a deleted object back', () => {
    fc.assert(
      fc.property(deliveries, fc.array(fc.nat(AT)), (events, listed) => {
        const newest = newestOf(events);
        const last = removed({ sequencer: `${newest.sequencer}1`, at: AT });
        const gone = settled(events.reduce(settled, undefined), last);
        const replayed = [...events, last, ...listed.map((at) => observed({ at }))].reduce(settled, gone);
        expect(replayed).toEqual(gone);
      }),
    );
  });

  it('what a person wrote stays until the object is deleted', () => {
    const alt = { ...text('human'), sha256: RESULT.picture.sha256 };
    fc.assert(
      fc.property(deliveries, fc.nat(20), (events, when) => {
        events.reduce<CaptionRecord | undefined>((before, event, i) => {
          const record = settled(before, event);
          if (before?.texts.alt?.origin === 'human' && record?.state !== 'DELETED') expect(record?.texts.alt).toEqual(before.texts.alt);
          return i === when && record?.state === 'READY' ? revisedUnseen(record, { texts: { alt } }) : record;
        }, undefined);
      }),
    );
  });

  it('only the owner of the lease writes', () => {
    const owner = fc.constantFrom('me', 'another', 'a third');
    fc.assert(
      fc.property(deliveries, owner, owner, (events, holder, writer) => {
        const before = events.reduce(settled, undefined);
        const claimed = claim(before, created({ sequencer: 'F'.repeat(8) }), ID, { owner: holder, until: NOW + 1 }, NOW);
        const record = claimed.outcome === 'claimed' ? claimed.record : undefined;
        const outcome = holder === writer ? 'written' : 'lost';
        expect(complete(record, writer, RESULT, NOW).outcome).toBe(outcome);
        expect(fail(record, writer, { reason: 'INTERNAL', message: '' }, NOW).outcome).toBe(outcome);
        expect(record !== undefined && isOpen(record)).toBe(true);
      }),
    );
  });
});
