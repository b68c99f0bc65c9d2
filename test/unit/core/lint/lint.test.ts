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

  it.each([
    '{{ image.alt }}',
    '$' + '{alt}',
    '<?php echo $alt ?>',
    '%ALT%',
    '[object Object]',
    '{alt}',
    'TODO: write alt',
    'undefined undefined',
  ])('knows what a template or program has left: %s', (text) => {
    expect(lint(text).map(({ rule }) => rule)).toContain('placeholder');
  });

  it('takes the mere kind of a picture for no description, but for a name of a control', () => {
    for (const text of ['Chart', 'graph 2', 'Slide 1', 'Hero', 'Figure', 'Screenshot']) {
      expect(lint(text).map(({ rule }) => rule)).toEqual(['placeholder']);
      expect(lint(text, { usage: 'button' })).toEqual([]);
    }
    for (const text of [
      'Screenshot',
      'Untitled design',
      'Copy of Untitled design (3)',
      'Image loading',
      'Image result for cats',
      'Unbenannt',
    ]) {
      expect(lint(text).map(({ rule }) => rule)).toContain('placeholder');
    }
    expect(
      [
        'Chart of sales by year',
        'Figure skater in a spin',
        'Loading',
        'Loading dock',
        'A default judgment form',
        'Todo list on a fridge',
      ].flatMap((text) => lint(text)),
    ).toEqual([]);
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
