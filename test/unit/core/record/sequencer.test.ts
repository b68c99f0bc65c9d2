// S3's order of events: properties and the examples of its documentation.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSequencers, SEQUENCER } from '../../../../functions/core/record/sequencer.ts';

const sequencer = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEFabcdef'), maxLength: 20 });

describe('compareSequencers', () => {
  it.each([
    ['0055AED6DCD90281E5', '0055AED6DCD90281E6', -1],
    ['0055AED6DCD90281E5', '0055AED6DCD90281E5', 0],
    ['0055aed6dcd90281e5', '0055AED6DCD90281E5', 0],
    ['0055AED6DCD9', '0055AED6DCD90000', 0],
    ['0055AED6DCD9', '0055AED6DCD90001', -1],
    ['0055AED6DD', '0055AED6DCD90281E5', 1],
    ['', '0055AED6DCD90281E5', -1],
  ])('orders %s and %s', (a, b, order) => {
    expect(compareSequencers(a, b)).toBe(order);
    expect(compareSequencers(b, a) + order).toBe(0);
  });

  it('is the order of the numbers behind a point', () => {
    const DIGITS = 20;
    fc.assert(
      fc.property(sequencer, sequencer, (a, b) => {
        const [left, right] = [a, b].map((text) => BigInt(`0x${text.padEnd(DIGITS, '0')}`)) as [bigint, bigint];
        const order = left === right ? 0 : left < right ? -1 : 1;
        expect(compareSequencers(a, b)).toBe(order);
      }),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(sequencer, sequencer, sequencer, (a, b, c) => {
        fc.pre(compareSequencers(a, b) <= 0 && compareSequencers(b, c) <= 0);
        expect(compareSequencers(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('knows what a sequencer looks like', () => {
    expect(['0055AED6DCD90281E5', 'a'].every((text) => SEQUENCER.test(text))).toBe(true);
    expect(['', 'xyz', '-1', '0'.repeat(65)].some((text) => SEQUENCER.test(text))).toBe(false);
  });
});
