// Whose text stays: the stronger origin, and what a person has locked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORIGINS, type Origin, type Text } from '../../../../functions/core/record/record.ts';
import { lastingTexts, mayReplace, mergeTexts } from '../../../../functions/core/record/text-rules.ts';

const textOf = (origin: Origin, locked?: boolean): Text => ({
  text: `by ${origin}`,
  lang: 'en',
  origin,
  at: 1,
  ...(locked !== undefined && { locked }),
});
const anyText = fc
  .tuple(fc.constantFrom(...ORIGINS), fc.constantFrom(undefined, true, false))
  .map(([origin, locked]) => textOf(origin, locked));

describe('mergeTexts', () => {
  it('puts a text where none is', () => {
    expect(mergeTexts({}, { alt: textOf('machine') })).toEqual({ alt: textOf('machine') });
  });

  it('never replaces a stronger text, nor lets a machine replace a locked one', () => {
    fc.assert(
      fc.property(anyText, anyText, (present, text) => {
        const isWeaker = ORIGINS.indexOf(text.origin) < ORIGINS.indexOf(present.origin);
        const isLockedOut = present.locked === true && (text.origin === 'machine' || text.origin === 'embedded');
        expect(mayReplace(present, text)).toBe(!isWeaker && !isLockedOut);
        expect(mergeTexts({ alt: present }, { alt: text }).alt).toBe(isWeaker || isLockedOut ? present : text);
      }),
    );
  });

  it('puts several, each where it may', () => {
    const texts = mergeTexts({ alt: textOf('human') }, { alt: textOf('machine'), caption: textOf('machine') });
    expect(texts).toEqual({ alt: textOf('human'), caption: textOf('machine') });
  });
});

describe('a new version of a picture', () => {
  it('keeps what people wrote or locked, and nothing else', () => {
    const texts = { alt: textOf('human'), caption: textOf('machine'), long: textOf('embedded'), title: textOf('machine', true) };
    expect(Object.keys(lastingTexts(texts))).toEqual(['alt', 'title']);
  });
});
