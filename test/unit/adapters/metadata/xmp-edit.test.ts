// Texts in packets of other programs: what is replaced, what stays, and that nothing else changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../../functions/adapters/metadata/xmp-canon.ts';
import { editPacket, WRITTEN } from '../../../../functions/adapters/metadata/xmp-edit.ts';
import { parsePacket } from '../../../../functions/adapters/metadata/xmp-packet.ts';
import { embeddedTexts } from '../../../../functions/adapters/model/xmp.ts';
import type { FileTexts } from '../../../../functions/core/embed/file-texts.ts';

const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"';
const PHOTOSHOP = 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"';
const IPTC = 'xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"';

const rdf = (inside: string): string => `<rdf:RDF ${RDF}>${inside}</rdf:RDF>`;
const packet = (inside = '', attributes = ''): string => rdf(`<rdf:Description rdf:about="" ${attributes}>${inside}</rdf:Description>`);
const alternatives = (text: string): string => `<rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt>`;

const NONE: FileTexts = { alt: [], long: [], title: [], keywords: [] };
const ALT: FileTexts = { ...NONE, alt: [{ lang: 'x-default', text: 'New.' }] };
const FULL: FileTexts = { ...ALT, title: [{ lang: 'x-default', text: 'T' }], keywords: ['k'], writer: 'caption-on-upload m@2' };

const edited = (source: string, texts: FileTexts): string => new TextDecoder().decode(editPacket(Buffer.from(source), texts));
const count = (text: string, what: string): number => text.split(what).length - 1;

describe('an alt text that is there', () => {
  it.each([
    ['an attribute', packet('', `${IPTC} Iptc4xmpCore:AltTextAccessibility="old"`)],
    ['an element', packet(`<Iptc4xmpCore:AltTextAccessibility>old</Iptc4xmpCore:AltTextAccessibility>`, IPTC)],
    ['several languages', packet(`<Iptc4xmpCore:AltTextAccessibility>${alternatives('old')}</Iptc4xmpCore:AltTextAccessibility>`, IPTC)],
    [
      'said twice',
      rdf(
        ['', '']
          .map(
            () =>
              `<rdf:Description rdf:about="" ${IPTC}><Iptc4xmpCore:AltTextAccessibility>old</Iptc4xmpCore:AltTextAccessibility></rdf:Description>`,
          )
          .join(''),
      ),
    ],
    [
      'under another prefix',
      packet('<n1:AltTextAccessibility rdf:parseType="Resource">old</n1:AltTextAccessibility>', IPTC.replace('Iptc4xmpCore', 'n1')),
    ],
    [
      'under the prefix of another namespace',
      packet('<n1:AltTextAccessibility>old</n1:AltTextAccessibility>', `${IPTC.replace('Iptc4xmpCore', 'n1')} xmlns:Iptc4xmpCore="urn:x"`),
    ],
  ])('is replaced when it is %s', (_, source) => {
    const written = edited(source, ALT);
    expect(written).not.toContain('old');
    expect(count(written, 'New.')).toBe(1);
    expect(embeddedTexts(Buffer.from(written)).alt).toEqual({ text: 'New.', lang: 'x-default' });
  });

  it('stays when there is no new one', () => {
    expect(edited(packet('', `${IPTC} Iptc4xmpCore:AltTextAccessibility="old"`), { ...NONE, keywords: ['k'] })).toContain('="old"');
  });

  it('stays when it belongs to another namespace', () => {
    expect(edited(packet('', 'xmlns:a="urn:a" a:AltTextAccessibility="old"'), ALT)).toContain('a:AltTextAccessibility="old"');
  });
});

describe('title and keywords', () => {
  it('are written only where there are none', () => {
    expect(edited(packet(), FULL)).toMatch(/<dc:title>.*>T<.*<dc:subject>.*>k</);
    const title = edited(packet(`<dc:title>${alternatives('Mine')}</dc:title>`, DC), FULL);
    expect(title).toContain('Mine');
    expect(title).not.toContain('>T<');
    expect(title).toContain('>k<');
    const keywords = edited(packet('', `${DC} dc:subject="mine"`), FULL);
    expect(keywords).toContain('dc:subject="mine"');
    expect(keywords).not.toContain('>k<');
  });
});

describe("the caption's writer", () => {
  it.each([
    ['nobody', '', 'caption-on-upload m@2', 'caption-on-upload m@2'],
    ['an older machine', 'caption-on-upload m@1', 'caption-on-upload m@2', 'caption-on-upload m@2'],
    ['a person', 'Zoë', 'caption-on-upload m@2', 'Zoë'],
    ['a person, and no machine now', 'Zoë', undefined, 'Zoë'],
    ['an older machine, and none now', 'caption-on-upload m@1', undefined, undefined],
    ['nobody, and no machine now', '', undefined, undefined],
  ])('was %s', (_, before, writer, after) => {
    for (const source of [
      packet(before && `<photoshop:CaptionWriter>${before}</photoshop:CaptionWriter>`, PHOTOSHOP),
      packet('', before && `${PHOTOSHOP} photoshop:CaptionWriter="${before}"`),
    ]) {
      const written = edited(source, { ...ALT, ...(writer !== undefined && { writer }) });
      const said = [/CaptionWriter>([^<]+)</, /CaptionWriter="([^"]+)"/]
        .map((form) => form.exec(written)?.[1])
        .find((name) => name !== undefined);
      expect(said).toBe(after);
    }
  });
});

describe('everything else', () => {
  it.each([
    [
      'instructions and comments around',
      `<?adobe-xap-filters esc="CR"?><!-- mine -->${packet()}`,
      ['<?adobe-xap-filters esc="CR"?>', '<!-- mine -->'],
    ],
    ['carriage returns and tabs', packet('<dc:rights>a&#xD;&#x9;b</dc:rights>', `${DC} dc:source="&#xA;x"`), ['a&#xD;\tb']],
    ['sections of characters', packet('<dc:rights><![CDATA[a < b]]></dc:rights>', DC), ['a < b']],
    ['texts of another language', packet(`<dc:rights>${alternatives('日本語 &lt;&amp;&gt;')}</dc:rights>`, DC), ['日本語 &lt;&amp;&gt;']],
    ['structures', packet('<a:b rdf:parseType="Resource"><a:c rdf:resource="urn:d"/></a:b>', 'xmlns:a="urn:a"'), ['rdf:resource="urn:d"']],
    ['typed nodes', rdf('<a:Thing xmlns:a="urn:a" a:b="c"/>'), ['a:b="c"']],
  ])('stays: %s', (_, source, kept) => {
    const written = edited(source, FULL);
    for (const words of kept) expect(written).toContain(words);
    const ours = Object.values(WRITTEN);
    expect(canonicalText(parsePacket(Buffer.from(written)), ours)).toBe(canonicalText(parsePacket(Buffer.from(source)), ours));
  });

  it('has its marks once', () => {
    const once = edited(`<?xml version="1.0"?>${packet()}`, ALT);
    expect(edited(once, ALT)).toBe(once);
    expect(count(once, '<?xpacket')).toBe(2);
    expect(once).not.toContain('<?xml ');
    expect(Buffer.from(editPacket(undefined, ALT)).toString('utf8')).toMatch(/^<\?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"\?>/);
  });

  it('is refused where it holds what XML cannot', () => {
    expect(() => edited(packet('<dc:rights>a\u0001b</dc:rights>', DC), ALT)).toThrow('its XMP packet holds what XML cannot');
  });
});

describe('any texts', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .map((words) =>
      words
        .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')
        .trim()
        .toWellFormed(),
    )
    .filter((words) => words !== '');
  it('come back as they were', () => {
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 4 }), (alt, long, keywords) => {
        const written = editPacket(undefined, {
          alt: [{ lang: 'x-default', text: alt }],
          long: [{ lang: 'x-default', text: long }],
          title: [],
          keywords,
        });
        const oneLine = (words: string): string => words.replace(/\s+/g, ' ').trim();
        expect(embeddedTexts(written)).toEqual({
          alt: { text: oneLine(alt), lang: 'x-default' },
          long: { text: oneLine(long), lang: 'x-default' },
        });
        expect(Buffer.compare(editPacket(written, { ...NONE, alt: [{ lang: 'x-default', text: alt }] }), written)).toBe(0);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});
