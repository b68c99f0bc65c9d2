// How text in a picture is said.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spelled } from '../../../../functions/core/speech/spelling.ts';

const heard = (text: string): string =>
  spelled(text)
    .map((part) => part.alias ?? part.text)
    .join('');

describe('text in a picture', () => {
  it.each([
    ['SALE', 'sale'],
    ['STOP HERE', 'stop here'],
    ['ÜBERGANG', 'übergang'],
    ['Open now', 'Open now'],
    ['BBC', 'B B C'],
    ['NO', 'NO'],
    ['USA', 'USA'],
    ['5TH AVE', '5th AVE'],
    ['B52', 'B 5 2'],
    ['AB-1234', 'A B, 1 2 3 4'],
    ['COVID-19', 'covid 19'],
    ['GATE-A', 'GATE-A'],
    ['50%', '50%'],
    ['£5.99', '£5.99'],
    ['McDonald', 'McDonald'],
    ['ВЫХОД', 'ВЫХОД'],
    ['', ''],
    ['X'.repeat(41), 'X'.repeat(41)],
  ])('%j is said as %j', (text, said) => expect(heard(text)).toBe(said));

  it('stays as it is written, whatever is said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        expect(
          spelled(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});
