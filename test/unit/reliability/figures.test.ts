// Small versions of the figures under test/reliability; the scripts there measure the whole ones.
import { describe, expect, it } from 'vitest';
import { runDeletes } from '../../reliability/deletes.ts';
import { runEvents } from '../../reliability/events.ts';
import { onlyPoisonReturned } from '../../reliability/poison.ts';
import { isRefused, MEANWHILE } from '../../reliability/stale-writer.ts';
import { randomFrom } from '../../support/random.ts';

const LATE_MS = 1;

describe('events that come three times, in any order', () => {
  it.each([1, 2])('make the records that the history tells, in a bucket with versions or without (seed %i)', async (seed) => {
    const figure = await runEvents(seed, 60);
    expect(figure).toMatchObject({ wrong: [], untold: 0, deadLetters: 0 });
    expect(figure.inferences).toBe(figure.captioned);
  });
});

describe('a writer that continues past its lease', () => {
  it.each(MEANWHILE)('is refused when the object was meanwhile %s', async (meanwhile) => {
    expect(await isRefused(meanwhile, LATE_MS)).toBe(true);
  });
});

describe('poison records', () => {
  it.each([1, 5, 9])('are returned alone from a batch of 10 (%i of them)', async (poisoned) => {
    expect(await onlyPoisonReturned(poisoned, randomFrom(poisoned))).toBe(true);
  });
});

describe('deleted objects', () => {
  it.each([1, 2])('stay deleted (seed %i)', async (seed) => {
    expect(await runDeletes(seed, 40)).toEqual({ keys: 40, left: 0, resurrected: 0 });
  });
});
