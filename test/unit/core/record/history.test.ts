// The history of texts: numbered, bounded, machines' entries first to go.
import { describe, expect, it } from 'vitest';
import {
  MAX_PAST_BYTES,
  MAX_PAST_ENTRIES,
  remember,
  textOfPast,
  wasRejected,
  withinBounds,
} from '../../../../functions/core/record/history.ts';
import type { Origin, PastText } from '../../../../functions/core/record/record.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const entry = (n: number, origin: Origin, text = 'x'): PastText => ({
  n,
  kind: 'alt',
  text,
  lang: 'en',
  origin,
  at: n,
  until: n,
  why: 'replaced',
});
const numbers = (entries: readonly PastText[]): number[] => entries.map(({ n }) => n);

describe('the bounds of a history', () => {
  it('drop machines’ entries before people’s, the oldest first, and reviewed ones before those that people wrote', () => {
    const origins: Origin[] = ['human', 'machine', 'reviewed', 'embedded'];
    const full = Array.from({ length: MAX_PAST_ENTRIES + 3 }, (_, i) => entry(i + 1, origins[i] ?? 'human'));
    expect(numbers(withinBounds(full)).slice(0, 3)).toEqual([1, 5, 6]);
    expect(withinBounds(full)).toHaveLength(MAX_PAST_ENTRIES);
  });

  it('keep what people have rejected or noted about machines’ words longer than those that were only replaced', () => {
    const about = [
      { ...entry(1, 'machine'), why: 'rejected' as const },
      { ...entry(2, 'embedded'), note: 'a better name' },
      entry(3, 'machine'),
      entry(4, 'embedded'),
    ];
    const full = (more: number): PastText[] => [
      ...about,
      ...Array.from({ length: MAX_PAST_ENTRIES - 4 + more }, (_, i) => entry(i + 5, 'human')),
    ];
    expect(numbers(withinBounds(full(2))).slice(0, 3)).toEqual([1, 2, 5]);
    expect(numbers(withinBounds(full(3))).slice(0, 2)).toEqual([2, 5]);
    expect(numbers(withinBounds(full(5)))[0]).toBe(6);
  });

  it('hold for bytes, too', () => {
    const large = '😀'.repeat(8_000);
    const entries = [
      entry(1, 'human', large),
      entry(2, 'machine', large),
      entry(3, 'human', large),
      entry(4, 'human', large),
      entry(5, 'human'),
    ];
    expect(numbers(withinBounds(entries))).toEqual([1, 3, 4, 5]);
    const people = Array.from({ length: 6 }, (_, i) => entry(i + 1, 'human', large));
    expect(numbers(withinBounds(people))).toEqual([4, 5, 6]);
    expect(Buffer.byteLength(JSON.stringify(withinBounds(people)))).toBeLessThanOrEqual(MAX_PAST_BYTES);
  });

  it('leave a small one alone', () => {
    const entries = [entry(1, 'machine'), entry(2, 'human')];
    expect(withinBounds(entries)).toEqual(entries);
  });
});

describe('remembering', () => {
  it('numbers entries on, also after older ones were dropped', async () => {
    const record = await sampleRecord('a', { lastPast: 41, history: [] });
    const text = { text: 'A dog.', lang: 'de', origin: 'machine', at: 1, sha256: 's' } as const;
    const { record: after, n } = remember(record, { kind: 'alt', text, translation: true }, { until: 5, why: 'rejected', note: 'no' });
    expect(n).toBe(42);
    expect(after.history).toEqual([{ ...text, n: 42, kind: 'alt', translation: true, until: 5, why: 'rejected', note: 'no' }]);
    expect(textOfPast(after.history?.[0] as PastText)).toEqual(text);
    expect(wasRejected(after, 'alt', text)).toBe(true);
    expect(wasRejected(after, 'title', text)).toBe(false);
    expect(wasRejected(after, 'alt', { ...text, sha256: 'other' })).toBe(false);
    expect(wasRejected(record, 'alt', text)).toBe(false);
  });
});
