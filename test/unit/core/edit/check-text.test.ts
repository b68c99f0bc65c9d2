// What people may write.
import { describe, expect, it } from 'vitest';
import { checkedKind, checkedLang, checkedLine, checkedText, TEXT_LIMITS } from '../../../../functions/core/edit/check-text.ts';

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
  return 'taken';
};

describe('a person’s text', () => {
  it('is trimmed, and keeps what was written', () => {
    expect(checkedText('text', 'alt', '  Zoë’s cat 😀.\n')).toBe('Zoë’s cat 😀.');
    expect(checkedText('text', 'long', ' One.\r\n\r\nTwo.\n')).toBe('One.\n\nTwo.');
  });

  it('may be empty as an alt, which says decorative, and only so', () => {
    expect(checkedText('text', 'alt', '')).toBe('');
    expect(refusal(() => checkedText('text', 'alt', ' '))).toContain('must not be blank');
    for (const blank of ['\u00a0\n', '\u200b', '\u2800 \u2800', '\u00ad\u2060']) {
      expect(refusal(() => checkedText('text', 'alt', blank))).toContain('must not be blank');
    }
    for (const kind of ['caption', 'long', 'title'] as const) {
      expect(refusal(() => checkedText('text', kind, ''))).toContain(`withdraw the ${kind}`);
    }
  });

  it('has its limit in characters, not in UTF-16 units', () => {
    expect(checkedText('text', 'title', '😀'.repeat(TEXT_LIMITS.title))).toHaveLength(2 * TEXT_LIMITS.title);
    expect(refusal(() => checkedText('text', 'title', '😀'.repeat(TEXT_LIMITS.title + 1)))).toContain('at most 300 characters');
  });

  it.each(['a\u0000b', 'a\tb', 'two\nlines', 'a\u2028b', 'a\u2029b', 'a\uffffb', 'a\u0085b'])('is refused with %j', (text) => {
    expect(refusal(() => checkedText('text', 'alt', text))).toContain('one line without control characters');
  });

  it('is refused with half a character, and in paragraphs with other controls than line feeds', () => {
    expect(refusal(() => checkedLine('note', 'a\ud800', 5))).toBe('note: must be valid Unicode');
    expect(refusal(() => checkedText('text', 'long', 'a\tb'))).toContain('but line feeds');
    expect(refusal(() => checkedText('text', 'long', 'a\u2028b'))).toContain('but line feeds');
  });
});

describe('names', () => {
  it('of languages are BCP 47, in one form', () => {
    expect(['en', 'EN-gb', 'zh-hant', 'pt-br'].map((tag) => checkedLang('lang', tag))).toEqual(['en', 'en-GB', 'zh-Hant', 'pt-BR']);
    for (const tag of ['', 'x', 'en_US', 'a'.repeat(40), 'en-', '😀']) expect(refusal(() => checkedLang('lang', tag))).toContain('BCP 47');
  });

  it('of texts are of the four kinds', () => {
    expect(checkedKind('field', 'alt')).toBe('alt');
    expect(refusal(() => checkedKind('field', '__proto__'))).toContain('must be one of alt, caption, long, title');
  });
});
