// Tidying texts of machines: what is mended, what never changes, and for any text at all that nothing mendable is left.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINT_RULES, type LintAbout, lint, tidy } from '../../../../functions/core/lint/lint.ts';
import { altList } from '../../../support/alt-lists.ts';

const RUNS = 2_000;
const SEED = 20_261;
const MENDABLE = LINT_RULES.filter((rule) => rule.tidy !== undefined).map(({ id }) => id);

const listed = ['bad', 'good'].flatMap((name) => altList(new URL(`../../../fixtures/lint/${name}-alts.txt`, import.meta.url)));

/** Pieces that rules are about, in any order. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'an',
    'dog',
    'umbrella',
    'Image of',
    'photo of',
    'with',
    'with',
    'NASA',
    'iPhone',
    'w/',
    '"STOP!!!"',
    '“the the”',
    '"',
    '(',
    ')',
    '15"',
  ],
  ...[
    '!!',
    '...',
    '.....',
    '?',
    ',',
    '.',
    ' .',
    ' , ',
    '**',
    '__',
    '`',
    '#',
    '|',
    '→',
    '***',
    '🐱',
    '🇫🇷',
    '👩‍💻',
    '&amp;',
    '&amp;amp;',
    '&#8203;',
    '&lt;b&gt;',
  ],
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\u200b',
    '\u200d',
    '\u2028',
    '\ue000',
    '\ud800',
    '\u202e',
    'é',
    'ß',
    '。',
    '一',
    '[x](y)',
    '- ',
    '¡',
    ':',
    ';',
    "' s",
  ],
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(pieces, { maxLength: 14 }).map((words) => words.join(' ')),
  fc.array(pieces, { maxLength: 14 }).map((words) => words.join('')),
);
const about: fc.Arbitrary<LintAbout> = fc.record(
  { kind: fc.constantFrom('alt', 'title', 'caption', 'long'), lang: fc.constantFrom('en', 'de', 'th', 'ja') },
  { requiredKeys: [] },
);

const mendableIn = (words: string, known: LintAbout): string[] =>
  lint(words, { ...known, machine: true })
    .map(({ rule }) => rule)
    .filter((rule) => MENDABLE.includes(rule));

describe('tidy', () => {
  it.each([
    ['a man riding a wave on a surfboard', 'A man riding a wave on a surfboard.'],
    ['image of a dog on a beach', 'A dog on a beach.'],
    ['In this photo, a dog runs.', 'A dog runs.'],
    ['A man with with a dog', 'A man with a dog.'],
    ['a clock on a wall on a wall .', 'A clock on a wall.'],
    ['A  dog ,\na cat and a bird!!!', 'A dog, a cat and a bird!'],
    ['**Red** bicycle 🚲 by a wall', 'Red bicycle by a wall.'],
    ['Fish &amp; chips', 'Fish & chips.'],
    ['A table w/ a umbrella', 'A table with an umbrella.'],
    ['A red\u200b bus', 'A red bus.'],
    ['Kitchen | bathroom', 'Kitchen, bathroom.'],
    ['A sign that says "STOP"', 'A sign that says "STOP".'],
    ['iPhone on a table', 'iPhone on a table.'],
  ])('mends %j', (untidy, mended) => {
    expect(tidy(untidy)).toBe(mended);
  });

  it('never makes a text empty: that would mean decorative', () => {
    expect(tidy(' ')).toBe(' ');
    expect(tidy('🐱')).toBe('🐱');
    expect(tidy('')).toBe('');
  });

  it('leaves a text alone that no channel would take', () => {
    const endless = 'the '.repeat(6_000);
    expect(tidy(endless)).toBe(endless);
    expect(lint(endless).map(({ rule }) => rule)).toContain('too-long');
  });

  it('changes nothing but invisible characters in what is quoted from the picture', () => {
    expect(tidy('A sign: "the  THE!!! 🐱 &amp;\u200b"')).toBe('A sign: "the  THE!!! 🐱 &amp;".');
  });

  it('leaves good texts of machines as they are', () => {
    for (const { text: good, about: known } of listed.filter(({ section }) => section.startsWith('by a machine')))
      expect(tidy(good, known)).toBe(good);
  });

  it('keeps the letters of every word that people have written well', () => {
    for (const { text: good, about: known } of listed.filter(({ section }) => section === 'abbreviations and names'))
      expect(tidy(good, known).replace(/\.$/, '').toLowerCase()).toBe(good.replace(/\.$/, '').toLowerCase());
  });

  it('leaves nothing that it could mend, and a second time changes nothing', () => {
    fc.assert(
      fc.property(text, about, (untidy, known) => {
        const mended = tidy(untidy, known);
        expect(tidy(mended, known)).toBe(mended);
        if (mended !== untidy || mendableIn(untidy, known).length === 0) expect(mendableIn(mended, known)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    for (const { text: untidy, about: known } of listed.filter(({ text: words }) => tidy(words) !== words))
      expect(mendableIn(tidy(untidy, known), known)).toEqual([]);
  });
});
