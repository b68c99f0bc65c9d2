// Which texts go into a file, by who wrote them and for which picture.
import { describe, expect, it } from 'vitest';
import type { FileTexts } from '../../../../functions/core/embed/file-texts.ts';
import { type FileTextRules, textsForFile } from '../../../../functions/core/embed/texts-for-file.ts';
import type { CaptionRecord, Origin, Product, Text } from '../../../../functions/core/record/record.ts';
import { fullRecord } from '../../../support/record-samples.ts';

const SHA = 'ab'.repeat(32);
const wording = { genderNeutral: true };

const text = (words: string, origin: Origin, changes: Partial<Text> = {}): Text => ({ text: words, lang: 'en', origin, at: 1, ...changes });

const of = async (changes: Partial<CaptionRecord>, minOrigin: FileTextRules['minOrigin'] = 'reviewed') =>
  textsForFile(await fullRecord('a.jpg', { texts: {}, ...changes }), { minOrigin, wording });

const found = async (...asked: Parameters<typeof of>): Promise<FileTexts> => {
  const texts = await of(...asked);
  if ('none' in texts) throw new Error(texts.none);
  return texts;
};

const twice = (words: string, lang = 'en') => [
  { lang: 'x-default', text: words },
  { lang, text: words },
];

describe('texts for a file', () => {
  it("are people's, unless others are asked for", async () => {
    const machine = { alt: text('A dog.', 'machine', { model: 'm@1' }) };
    expect(await of({ texts: machine })).toEqual({ none: 'no texts' });
    expect(await of({ texts: machine }, 'embedded')).toEqual({ none: 'no texts' });
    expect(await of({ texts: machine }, 'machine')).toMatchObject({ alt: twice('A dog.'), writer: 'caption-on-upload m@1' });
    for (const origin of ['reviewed', 'human'] as const) {
      expect(await of({ texts: { alt: text('A dog.', origin) } })).toMatchObject({ alt: twice('A dog.') });
    }
    expect(await of({ texts: { alt: text('A dog.', 'reviewed') } }, 'human')).toEqual({ none: 'no texts' });
    expect(await of({ texts: { alt: text('A dog.', 'embedded') } }, 'embedded')).not.toHaveProperty('writer');
  });

  it('are those of this very picture', async () => {
    expect(await of({ texts: { alt: text('A dog.', 'human', { sha256: 'cd'.repeat(32) }) } })).toEqual({ none: 'no texts' });
    expect(await of({ texts: { alt: text('A dog.', 'human', { sha256: SHA }) } })).toMatchObject({ alt: twice('A dog.') });
  });

  it('are none for a decoration', async () => {
    expect(await of({ texts: { alt: text('', 'human'), long: text('A line.', 'human') } })).toEqual({ none: 'decorative' });
  });

  it('have the main language first, each language once, and the first one for all others', async () => {
    const translations = {
      de: { alt: text('Ein Hund.', 'human', { lang: 'de' }) },
      EN: { alt: text('Twice.', 'human') },
      fr: { alt: text('Un chien.', 'machine', { lang: 'fr', model: 'amazon-translate' }) },
    };
    const main = { alt: text('A dog.', 'human') };
    expect(await of({ texts: main, translations })).toMatchObject({ alt: [...twice('A dog.'), { lang: 'de', text: 'Ein Hund.' }] });
    const { alt, writer } = await found({ texts: main, translations }, 'machine');
    expect(alt).toHaveLength(4);
    expect(writer).toBe('caption-on-upload amazon-translate');
    // where no person has written in the main language
    const { de } = translations;
    expect(await of({ texts: { alt: text('A dog.', 'machine') }, translations: { de } })).toMatchObject({ alt: twice('Ein Hund.', 'de') });
  });

  it('say nothing twice: a long description that is the alt text is none', async () => {
    const texts = { alt: text('A dog.', 'human'), long: text('A dog. ', 'human') };
    expect(await of({ texts })).toMatchObject({ alt: twice('A dog.'), long: [] });
    const translations = { de: { long: text('A dog.', 'human', { lang: 'de' }) } };
    expect(await of({ texts, translations })).toMatchObject({ long: twice('A dog.', 'de') });
  });

  it('name no language that nobody knows', async () => {
    for (const lang of ['und', 'x-default', 'no language', 'x-klingon']) {
      expect((await found({ texts: { alt: text('A dog.', 'human', { lang }) } })).alt).toEqual([{ lang: 'x-default', text: 'A dog.' }]);
    }
  });

  it('may be a long description or a title as well', async () => {
    const texts = { alt: text('A dog.', 'human'), long: text('Long.\r\nTwo lines.', 'reviewed'), title: text('Dog', 'human') };
    expect(await of({ texts })).toMatchObject({ long: twice('Long.\nTwo lines.'), title: twice('Dog') });
    // a title alone helps nobody who cannot see
    expect(await of({ texts: { title: text('Dog', 'human') } })).toEqual({ none: 'no texts' });
  });

  it('hold only what XML can', async () => {
    const texts = { alt: text(' A\u0000 \u0007dog\uFFFE \uD800.\t', 'human') };
    expect(await of({ texts })).toMatchObject({ alt: twice('A   dog  \uFFFD.') });
    expect(await of({ texts: { alt: text('\u0001 ', 'human') } })).toEqual({ none: 'no texts' });
  });

  it("have the shop's keywords", async () => {
    const shop = (...keywords: string[]): Product => ({ keywords, negativeKeywords: [], from: 'api', at: 1 });
    const texts = { alt: text('A dog.', 'human') };
    expect(await of({ texts, product: shop('dog', ' dog ', '', 'b\u0000') })).toMatchObject({ keywords: ['dog', 'b'] });
    expect(await of({ texts })).toMatchObject({ keywords: [] });
    const unwanted = { ...shop('dog', 'a red dog', 'cat'), negativeKeywords: ['dog'] };
    expect(await of({ texts, product: unwanted })).toMatchObject({ keywords: ['cat'] });
    const many = Array.from({ length: 80 }, (_, i) => `k${i}`);
    expect((await found({ texts, product: shop(...many) })).keywords).toHaveLength(50);
    expect((await found({ texts, product: shop('dog') }, 'machine')).keywords).toContain('dog');
  });
});
