// The linter's contract: what a finding says, whom a rule is about, and what tidying keeps.
import { describe, expect, it } from 'vitest';
import { LINT_RULES, lint, tidy } from '../../../../functions/core/lint/lint.ts';

describe('lint', () => {
  it('finds nothing in an empty text: the picture is decorative', () => {
    expect(lint('')).toEqual([]);
  });

  it('says why, and what to do', () => {
    expect(lint(' ')).toEqual([
      { rule: 'whitespace-only', severity: 'error', why: expect.stringContaining('spaces'), fix: expect.stringContaining('alt=""') },
    ]);
  });

  it.each(['link', 'button'])('wants a name for a %s that has no other', (usage) => {
    expect(lint('', { usage }).map(({ rule }) => rule)).toEqual(['empty-control']);
    expect(lint('', { usage, context: 'Basket' })).toEqual([]);
  });

  it('is done soon with letters of which turned ones could begin, and knows a turned text', () => {
    const long = 'ɥa'.repeat(10_000);
    expect(lint(long).map(({ rule }) => rule)).not.toContain('styled-letters');
    expect(lint('ʇxǝʇ uʍop ǝpᴉsdn').map(({ rule }) => rule)).toContain('styled-letters');
  });

  it('has rules with an id, a reason, a fix and a source', () => {
    expect(new Set(LINT_RULES.map(({ id }) => id)).size).toBe(LINT_RULES.length);
    for (const { id, why, fix, source } of LINT_RULES) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const words of [why, fix, source]) expect(words.length).toBeGreaterThan(9);
    }
  });
});

describe('tidy', () => {
  it('keeps what was quoted from the picture', () => {
    expect(tidy(' A sign that says "STOP  HERE!!!". ')).toBe('A sign that says "STOP  HERE!!!".');
  });
});
