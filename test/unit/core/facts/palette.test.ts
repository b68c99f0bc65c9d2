// The palette: known to what compares colours in texts, and held against the names that people gave (test/fixtures/colour-names.tsv).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labOfHex } from '../../../../functions/core/facts/colour-space.ts';
import { colourName, PALETTE } from '../../../../functions/core/facts/palette.ts';
import { colourFamilies } from '../../../../functions/core/text/colours.ts';

/** Of the entries that were held back, how many must be named within a family of people's name; measured: 0.889. */
const LEAST_AGREEMENT = 0.88;

const people = readFileSync(new URL('../../../fixtures/colour-names.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))
  .map((line) => line.split('\t') as [string, string]);

describe('the palette', () => {
  it.each(PALETTE)('has $name for its examples, in a family that texts know', ({ name, examples }) => {
    expect(examples.map((hex) => colourName(labOfHex(hex)))).toEqual(examples.map(() => name));
    expect(colourFamilies(name).length).toBeGreaterThan(0);
  });

  it('names colours as people do', () => {
    const held = people.filter((_, i) => i % 2 === 1);
    const right = held.filter(([name, hex]) => {
      const families = colourFamilies(name);
      return colourFamilies(colourName(labOfHex(hex))).some((family) => families.includes(family));
    });
    expect(held.length).toBe(305);
    expect(right.length / held.length).toBeGreaterThan(LEAST_AGREEMENT);
  });
});
