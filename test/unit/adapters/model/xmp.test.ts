import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../../functions/adapters/model/sharp-pixels.ts';
import { embeddedTexts, MAX_EMBEDDED_TEXT_LENGTH, MAX_XMP_BYTES } from '../../../../functions/adapters/model/xmp.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';

const photo = readFileSync(new URL('../../../fixtures/photos/cat.jpg', import.meta.url));

const packet = (inside: string, attributes = '', before = ''): string =>
  `${before}<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" ${attributes}>${inside}</rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

const property = (name: string, items: string): string => `<Iptc4xmpCore:${name}><rdf:Alt>${items}</rdf:Alt></Iptc4xmpCore:${name}>`;
const li = (lang: string, text: string): string => `<rdf:li xml:lang="${lang}">${text}</rdf:li>`;
const alt = (items: string): string => property('AltTextAccessibility', items);
const read = (xmp: string) => embeddedTexts(Buffer.from(xmp));

describe('texts in a file', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)('are found in %s', async (format) => {
    const xmp = packet(
      alt(li('x-default', 'A cat &amp; its toy')) + property('ExtDescrAccessibility', li('de', 'Eine Katze, lang &#xFC;ber &#252;ber.')),
    );
    const bytes = await sharp(photo).resize(64).withXmp(xmp).toFormat(format).toBuffer();
    const { picture } = await decodePicture(bytes, { width: 16, height: 16, fit: 'fill', kernel: 'cubic' }, DEFAULT_LIMITS);
    expect(picture.embedded).toEqual({
      alt: { text: 'A cat & its toy', lang: 'x-default' },
      long: { text: 'Eine Katze, lang über über.', lang: 'de' },
    });
  });

  it('are those of the default language, which may be told by its twin', () => {
    expect(read(packet(alt(li('de', 'Katze') + li('x-default', 'Cat')))).alt).toEqual({ text: 'Cat', lang: 'x-default' });
    expect(read(packet(alt(li('x-default', 'Cat') + li('en-GB', 'Cat') + li('de', 'Katze')))).alt).toEqual({ text: 'Cat', lang: 'en-GB' });
    expect(read(packet(alt(li('fr', 'Chat') + li('de', 'Katze')))).alt).toEqual({ text: 'Chat', lang: 'fr' });
  });

  it('may be written as an attribute or without languages, and with other prefixes', () => {
    expect(read(packet('', 'Iptc4xmpCore:AltTextAccessibility="Cat &quot;Tom&quot;"')).alt).toEqual({
      text: 'Cat "Tom"',
      lang: 'x-default',
    });
    expect(read(packet('<Iptc4xmpCore:AltTextAccessibility> Cat\n sits </Iptc4xmpCore:AltTextAccessibility>')).alt?.text).toBe('Cat sits');
    expect(read(packet(alt('<rdf:li><![CDATA[Cat <3]]></rdf:li>'))).alt).toEqual({ text: 'Cat <3', lang: 'x-default' });
    const renamed = packet(alt(li('en', 'Cat')))
      .replaceAll('Iptc4xmpCore:', 'n1:')
      .replaceAll('rdf:', 'r:')
      .replaceAll(':Iptc4xmpCore=', ':n1=');
    expect(
      read(renamed.replace('xmlns:rdf=', "xmlns:r='").replace('syntax-ns#"', "syntax-ns#'").replace(`''`, `'`).replace(`'"`, `'`)).alt,
    ).toEqual({
      text: 'Cat',
      lang: 'en',
    });
  });

  it('may be missing', () => {
    expect(embeddedTexts(undefined)).toEqual({});
    expect(read(packet(''))).toEqual({});
    expect(read(packet(alt(li('en', '  '))))).toEqual({});
    expect(read('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')).toEqual({});
    expect(read(packet('<dc:description>No alt text</dc:description>'))).toEqual({});
  });

  it('are no harm: entities, nesting, numbers, control characters, names of prototypes', () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>';
    expect(read(packet(alt(li('en', '&b;')), '', bomb))).toEqual({});
    expect(read(packet(alt(li('en', 'is &b; left'))))).toMatchObject({ alt: { text: 'is &b; left' } });
    expect(read(packet(`${'<a>'.repeat(20_000)}${'</a>'.repeat(10_000)}`))).toEqual({});
    expect(read(packet(alt(li('en', 'bad &#x110000; number'))))).toEqual({});
    expect(read(packet(alt(li('en', 'half &#xD800; pair &#7;bell'))))).toMatchObject({ alt: { text: 'half \ufffd pair bell' } });
    expect(read(packet(alt(li('"><script>', 'x')))).alt?.lang ?? 'x-default').toBe('x-default');
    expect(read(packet(`<__proto__>x</__proto__>${alt(li('en', 'Cat'))}`)).alt?.text ?? 'none').toMatch(/Cat|none/);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('are bounded', () => {
    const long = 'x'.repeat(MAX_EMBEDDED_TEXT_LENGTH);
    expect(read(packet(alt(li('en', long)))).alt?.text).toBe(long);
    expect(read(packet(alt(li('en', `${long}x`))))).toEqual({});
    const tooLarge = packet(alt(li('en', 'Cat'))) + ' '.repeat(MAX_XMP_BYTES);
    expect(read(tooLarge)).toEqual({});
    expect(embeddedTexts(Buffer.concat([Buffer.from(packet(alt(li('en', 'Cat')))), Uint8Array.of(0, 0)])).alt?.text).toBe('Cat');
    expect(embeddedTexts(Uint8Array.of(0xff, 0xfe, 0xfd))).toEqual({});
  });

  it('never throw, whatever the bytes', () => {
    const sound = Buffer.from(packet(alt(li('x-default', 'A cat &amp; its toy'))));
    const changes = fc.array(fc.tuple(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(changes, (damage) => {
        const damaged = Uint8Array.from(sound);
        for (const [at, value] of damage) damaged[at] = value;
        expect(Object.keys(embeddedTexts(damaged)).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });
});
