// SSML: well-formed whatever the text, within the engine's bounds, with the text as its content.
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { SpeechPart, SpokenText } from '../../../../functions/core/speech/speech-ports.ts';
import { plainText, ssmlDocuments } from '../../../../functions/core/speech/ssml.ts';

const WIDE = { billed: 3000, ssml: 6000 };
const tagOf = (lang: string): string | undefined => (lang === 'de' ? 'de-DE' : undefined);

const spokenOf = (...paragraphs: (string | SpeechPart[])[]): SpokenText => ({
  lang: 'en',
  paragraphs: paragraphs.map((parts) => (typeof parts === 'string' ? [{ text: parts }] : parts)),
});

const UNESCAPED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const contentOf = (ssml: string): string => ssml.replace(/<[^>]*>/g, '').replace(/&(\w+);/g, (_, name: string) => UNESCAPED[name] ?? '?');
const withoutSpace = (text: string): string => text.replace(/\s/g, '');

describe('SSML', () => {
  it('has a paragraph for each part, with a pause between them', () => {
    expect(ssmlDocuments(spokenOf('A cat.', 'Tom & <Jerry>.'), tagOf, WIDE)).toEqual([
      '<speak><p>A cat.</p>\n<break time="400ms"/><p>Tom &amp; &lt;Jerry&gt;.</p></speak>',
    ]);
  });

  it('says what is written otherwise by an alias, and changes the language once for neighbours', () => {
    const parts: SpeechPart[] = [
      { text: 'It reads “' },
      { text: 'AUS', lang: 'de', alias: `"aus" & 'an'` },
      { text: 'fahrt', lang: 'de' },
      { text: '”, “' },
      { text: 'x', lang: 'xx' },
      { text: '”.' },
    ];
    expect(ssmlDocuments(spokenOf(parts), tagOf, WIDE)).toEqual([
      '<speak><p>It reads “<lang xml:lang="de-DE"><sub alias="&quot;aus&quot; &amp; &apos;an&apos;">AUS</sub>fahrt</lang>”, “x”.</p></speak>',
    ]);
  });

  it('is cut at sentences, else at words, else anywhere', () => {
    const bounds = { billed: 41, ssml: 400 };
    expect(ssmlDocuments(spokenOf('One is here. Two is here. Three is there.'), tagOf, bounds).map(contentOf)).toEqual([
      'One is here. Two is here. ',
      'Three is there.',
    ]);
    expect(ssmlDocuments(spokenOf('one two three four five six seven eight nine'), tagOf, bounds).map(contentOf)).toEqual([
      'one two three four five six seven eight ',
      'nine',
    ]);
    expect(ssmlDocuments(spokenOf('x'.repeat(50)), tagOf, bounds).map(contentOf)).toEqual(['x'.repeat(40), 'x'.repeat(10)]);
  });

  it('is well formed, within the bounds, with the text as its content, for any text', () => {
    const part = fc.record(
      {
        text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
        alias: fc.string({ maxLength: 10 }),
        lang: fc.constantFrom('de', 'xx'),
      },
      { requiredKeys: ['text'] },
    );
    const short = part.map(({ alias, ...one }) => (alias === undefined ? one : { ...one, alias, text: one.text.slice(0, 20) }));
    const spoken = fc.array(fc.array(short, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    const bounds = { billed: 300, ssml: 700 };
    const tags = new Set<string>();
    fc.assert(
      fc.property(spoken, (paragraphs) => {
        const text: SpokenText = { lang: 'en', paragraphs };
        const documents = ssmlDocuments(text, tagOf, bounds);
        for (const ssml of documents) {
          expect(XMLValidator.validate(ssml)).toBe(true);
          expect(ssml.length).toBeLessThanOrEqual(bounds.ssml);
          expect(contentOf(ssml).length).toBeLessThanOrEqual(bounds.billed);
          for (const [, name = ''] of ssml.matchAll(/<(\w+)/g)) tags.add(name);
          new XMLParser().parse(ssml);
        }
        expect(withoutSpace(documents.map(contentOf).join(''))).toBe(withoutSpace(plainText(text)));
        if (documents.length === 1) expect(documents.map(contentOf)).toEqual([plainText(text)]);
      }),
      { seed: 6, numRuns: 400 },
    );
    expect([...tags].toSorted()).toEqual(['break', 'lang', 'p', 'speak', 'sub']);
  });
});
