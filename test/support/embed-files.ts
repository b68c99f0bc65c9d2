// Pictures of every format into which texts are written, with as much other metadata as each can hold.
import sharp, { type Sharp } from 'sharp';
import type { FileTexts } from '../../functions/core/embed/file-texts.ts';
import type { PictureFormat } from '../../functions/core/picture/picture-format.ts';
import { avifFile } from './avif-file.ts';
import { CORNERS, corners } from './pictures.ts';
import { tiffFile } from './tiff-file.ts';

/** A picture to write into. */
export type EmbedFile = { name: string; format: PictureFormat; bytes: Uint8Array };

/** Texts with everything that XML has to escape. */
export const TEXTS: FileTexts = {
  alt: [
    { lang: 'x-default', text: 'A dog & a <cat> "sit", ]]> 5 > 3.' },
    { lang: 'en', text: 'A dog & a <cat> "sit", ]]> 5 > 3.' },
    { lang: 'de-AT', text: 'Ein Hund und eine Katze \u{1F436}, ganz nah.' },
  ],
  long: [
    { lang: 'x-default', text: 'A dog and a cat sit on a wall.\nThe wall is red.' },
    { lang: 'en', text: 'A dog and a cat sit on a wall.\nThe wall is red.' },
  ],
  title: [{ lang: 'x-default', text: 'Dog and cat' }],
  keywords: ['dog', 'cat & co'],
  writer: 'caption-on-upload m2@1.0.0',
};

/** A packet of someone else: short and long forms, several Descriptions, other prefixes, an older alt text, rights and dates. */
export const OTHER_PACKET = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 5.6"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreateDate="2020-02-03T04:05:06+01:00" xmp:Rating="4"
   xmlns:core="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" core:AltTextAccessibility="old words"/>
 <rdf:Description rdf:about="" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:dc="urn:another-dc">
  <d:description><rdf:Alt><rdf:li xml:lang="x-default">Who &amp; what</rdf:li></rdf:Alt></d:description>
  <d:rights><rdf:Alt><rdf:li xml:lang="x-default">© Zoë</rdf:li></rdf:Alt></d:rights>
  <dc:title>not Dublin Core</dc:title>
 </rdf:Description>
</rdf:RDF></x:xmpmeta>
${' '.repeat(100)}
<?xpacket end="w"?>`;

const EXIF = { IFD0: { Copyright: 'Zoë Example', Artist: 'Zoë' }, IFD2: { DateTimeOriginal: '2020:02:03 04:05:06' } };

const base = (): Sharp => sharp(corners(), { raw: { ...CORNERS, channels: 3 } });
const clear = (): Sharp => base().ensureAlpha(0.5);
const rich = (picture: Sharp): Sharp => picture.withExif(EXIF).withIccProfile('p3').withXmp(OTHER_PACKET);

const animation = async (): Promise<Sharp> => {
  const frames = await Promise.all([0, 90, 180].map((hue) => base().modulate({ hue }).png().toBuffer()));
  return sharp(frames, { join: { animated: true } });
};

/** An IPTC-IIM record (headline) as Photoshop keeps it, and a comment. */
const JPEG_EXTRAS = (() => {
  const iim = Buffer.concat([Buffer.from([0x1c, 2, 105, 0, 8]), Buffer.from('Headline')]);
  const resource = Buffer.concat([Buffer.from('8BIM'), Buffer.from([4, 4, 0, 0, 0, 0, 0, iim.length]), iim, Buffer.alloc(iim.length % 2)]);
  const photoshop = Buffer.concat([Buffer.from('Photoshop 3.0\0'), resource]);
  const segment = (marker: number, data: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff]), data]);
  return Buffer.concat([segment(0xed, photoshop), segment(0xfe, Buffer.from('a comment')), segment(0xef, Buffer.from('unknown'))]);
})();

/** A JPEG with `segments` before its tables. */
export const withSegments = (jpeg: Uint8Array, segments: Uint8Array): Buffer => {
  let at = 2;
  while (jpeg[at] === 0xff && (jpeg[at + 1] ?? 0) >= 0xe0 && (jpeg[at + 1] ?? 0) <= 0xef)
    at += 2 + ((jpeg[at + 2] ?? 0) << 8) + (jpeg[at + 3] ?? 0);
  return Buffer.concat([jpeg.subarray(0, at), segments, jpeg.subarray(at)]);
};

const tiffs = (): EmbedFile[] => {
  const text = Buffer.from('Zoë Example with more than four bytes\0');
  const tags = [
    { tag: 315, type: 2, values: text },
    { tag: 33_432, type: 2, values: text },
    { tag: 65_000, type: 7, values: Buffer.from('private') },
  ] as const;
  const xmp = { tag: 700, type: 7, values: Buffer.from(OTHER_PACKET) } as const;
  const page = { width: 9, height: 7, level: 30 };
  return [true, false].flatMap((little) => {
    const order = little ? 'little' : 'big';
    const pages = [
      { ...page, tags: [...tags, xmp] },
      { ...page, width: 12, level: 90 },
      { ...page, height: 11, level: 150 },
    ];
    return [
      { name: `TIFF, ${order} endian`, format: 'tiff' as const, bytes: tiffFile(little, [{ ...page, tags: [...tags] }], 3) },
      { name: `TIFF, ${order} endian, three pages, other XMP`, format: 'tiff' as const, bytes: tiffFile(little, pages) },
    ];
  });
};

const avifs = async (): Promise<EmbedFile[]> => {
  const [plain, full] = [await base().avif().toBuffer(), await rich(clear()).avif().toBuffer()];
  const named = (name: string, bytes: Uint8Array): EmbedFile => ({ name: `AVIF${name}`, format: 'avif', bytes });
  return [
    named('', plain),
    named(', alpha, EXIF, ICC, other XMP', full),
    named(', iloc 0 with base offsets', avifFile(full, { version: 0, sizes: { offset: 4, length: 4, base: 4 } })),
    named(', iloc 1 with EXIF in idat', avifFile(full, { version: 1, idat: 'Exif' })),
    named(', iloc 1 with XMP in idat', avifFile(full, { version: 1, idat: 'mime' })),
    named(', iloc 1 with the picture in idat', avifFile(plain, { version: 1, idat: 'av01' })),
    named(', iloc 2, long numbers', avifFile(full, { version: 2, sizes: { offset: 8, length: 8, base: 8 } })),
    named(', base offsets alone', avifFile(plain, { version: 0, sizes: { offset: 0, length: 4, base: 4 } })),
    named(', data before the meta box', avifFile(full, { version: 1, dataFirst: true })),
    named(', last box without a size', avifFile(full, { version: 0, open: true })),
  ];
};

/** All of them, made anew. */
export const embedFiles = async (): Promise<EmbedFile[]> => {
  const file = async (name: string, format: PictureFormat, picture: Sharp): Promise<EmbedFile> => ({
    name,
    format,
    bytes: await picture.toBuffer(),
  });
  const jpeg = await rich(base()).jpeg({ progressive: true }).toBuffer();
  return [
    await file('JPEG', 'jpeg', base().jpeg()),
    { name: 'JPEG, EXIF, ICC, IPTC-IIM, comment, other XMP', format: 'jpeg', bytes: withSegments(jpeg, JPEG_EXTRAS) },
    await file('PNG', 'png', base().png()),
    await file('PNG, alpha, EXIF, ICC, other XMP', 'png', rich(clear()).png()),
    await file('WebP, lossy', 'webp', base().webp()),
    await file('WebP, lossless', 'webp', base().webp({ lossless: true })),
    await file('WebP, lossless with alpha', 'webp', clear().webp({ lossless: true })),
    await file('WebP, lossy with alpha', 'webp', clear().webp()),
    await file('WebP, EXIF, ICC, other XMP', 'webp', rich(base()).webp()),
    await file('WebP, animated', 'webp', (await animation()).webp()),
    ...tiffs(),
    await file('TIFF of JPEG tiles in pages', 'tiff', rich(base()).tiff({ compression: 'jpeg', tile: true, pyramid: true })),
    ...(await avifs()),
  ];
};
