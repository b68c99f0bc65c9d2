import { describe, expect, it } from 'vitest';
import {
  escapeHtml,
  escapeMarkdown,
  escapeMarkdownUrl,
  escapeXml,
  oneLine,
  plainText,
  scriptJson,
} from '../../../../functions/core/seo/escape.ts';
import { ESCAPING_CORPUS } from '../../../support/escaping-corpus.ts';

describe('plainText', () => {
  it('leaves out what nobody can read, and nothing else', () => {
    expect(plainText('a\u0000b\u0007c\u007fd\u0085e\ufffef\u{1ffff}g\ufdd0h\ufeffi')).toBe('abcdefghi');
    expect(plainText('\u202eabc\u202c \u2067def\u2069 \u200f')).toBe('abc \u2067def\u2069 \u200f');
    expect(plainText('one\r\ntwo\rthree\nfour\tfive')).toBe('one\ntwo\nthree\nfour\tfive');
    expect(plainText('a\ud800b\udc00')).toBe('a\ufffdb\ufffd');
    expect(plainText('Schr\u00f6dinger\u2019s \u{1f408} \u200d \u65e5\u672c')).toBe(
      'Schr\u00f6dinger\u2019s \u{1f408} \u200d \u65e5\u672c',
    );
  });

  it('is the same when done twice', () => {
    for (const { text } of ESCAPING_CORPUS) expect(plainText(plainText(text))).toBe(plainText(text));
  });
});

describe('escaping', () => {
  it('leaves no mark of HTML and templates', () => {
    expect(escapeHtml('<a b="c" d=\'e\'>`{{x}}`&amp;')).toBe(
      '&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&#96;&#123;&#123;x&#125;&#125;&#96;&amp;amp;',
    );
    for (const { text } of ESCAPING_CORPUS) expect(escapeHtml(text)).not.toMatch(/[<>"'`{}]|&(?![a-z]+;|#\d+;)/);
  });

  it('leaves no mark of XML', () => {
    expect(escapeXml(`]]>&'"<`)).toBe(']]&gt;&amp;&#39;&quot;&lt;');
    for (const { text } of ESCAPING_CORPUS) expect(escapeXml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
  });

  it('keeps Markdown on one line, and readable', () => {
    expect(escapeMarkdown('A  sign\nthat says "10:30 - *open*" [now], 5 < 6')).toBe(
      'A sign that says "10\\:30 - \\*open\\*" \\[now\\], 5 &lt; 6',
    );
    expect(escapeMarkdown('{{ x }} {% y %} $z$')).toBe('&#123;&#123; x &#125;&#125; &#123;% y %&#125; \\$z\\$');
    for (const { text } of ESCAPING_CORPUS) expect(escapeMarkdown(text)).not.toMatch(/[\n\r<>{}]/);
  });

  it('writes addresses that Markdown reads back', () => {
    expect(escapeMarkdownUrl('https://example.com/a(b)?c=*d_e&f=1')).toBe('https://example.com/a%28b%29?c=%2Ad%5Fe&amp;f=1');
    expect(escapeMarkdownUrl('https://my_bucket.example.com/a_b?c=`d`')).toBe('https://my_bucket.example.com/a%5Fb?c=%60d%60');
    expect(escapeMarkdownUrl('http://[::1]:8080/a[1].jpg')).toBe('http://[::1]:8080/a%5B1%5D.jpg');
  });

  it('writes JSON that ends no script', () => {
    const value = { text: '</script><!--\u2028&\u2029' };
    expect(scriptJson(value)).toBe('{"text":"\\u003c/script\\u003e\\u003c!--\\u2028\\u0026\\u2029"}');
    for (const { text } of ESCAPING_CORPUS) {
      expect(JSON.parse(scriptJson({ text }))).toEqual({ text });
      expect(scriptJson({ text })).not.toMatch(/[<>&\u2028\u2029]/);
    }
  });

  it('makes one line of every text', () => {
    for (const { text } of ESCAPING_CORPUS) expect(oneLine(text)).not.toMatch(/[\r\n\t]| {2}|^ | $/);
  });
});
