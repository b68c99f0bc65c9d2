// The property over histories can fail: each rule that guards people's words, broken on purpose, is found within 150 histories.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { faults, lived, rounds } from '../support/edit-steps.ts';

const HISTORIES = 150;
const SEED = 6_002;

const RULES = '../../functions/core/record/text-rules.ts';
const HISTORY = '../../functions/core/record/history.ts';

type Rules = Record<string, unknown>;

/** How a rule is broken, where, and what is noticed. */
const MUTANTS: readonly [string, string, (rules: Rules) => Rules, RegExp][] = [
  [
    'lets every text replace every other',
    RULES,
    (rules) => ({ ...rules, mayReplace: () => true }),
    /machine changed the (human|reviewed) text/,
  ],
  ['takes no text for a person’s at a new version', RULES, (rules) => ({ ...rules, lastingTexts: () => ({}) }), /machine changed the/],
  ['takes no translation for a person’s', RULES, (rules) => ({ ...rules, textsWhere: () => ({}) }), /machine changed the/],
  ['says rejected words again', HISTORY, (rules) => ({ ...rules, wasRejected: () => false }), /machine says the rejected/],
  [
    'forgets to write the history',
    HISTORY,
    (rules) => ({ ...rules, remember: (record: object) => ({ record, n: 1 }) }),
    /person's words are lost|never was/,
  ],
];

afterEach(() => {
  vi.doUnmock(RULES);
  vi.doUnmock(HISTORY);
  vi.resetModules();
});

describe('the property over histories', () => {
  it.each(MUTANTS)('fails for a program that %s', async (_, file, mutate, noticed) => {
    vi.resetModules();
    vi.doMock(file, async (original) => mutate(await original<Rules>()));
    const { beginLife } = await import('../support/edit-life.ts');
    const found: string[] = [];
    const property = fc.asyncProperty(rounds, faults, async (steps, broken) => {
      found.push(...(await lived(steps, broken, beginLife)).watched.faults);
    });
    await fc.assert(property, { numRuns: HISTORIES, seed: SEED });
    expect(found.join('\n')).toMatch(noticed);
  });
});
