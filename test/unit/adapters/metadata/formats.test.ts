// Every kind of file with texts: pixels and all other metadata are what they were, as readers see them that have no part in the writing.
import exifr from 'exifr';
import sharp, { type Metadata } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileTextWriter } from '../../../../functions/adapters/metadata/file-text-writer.ts';
import { embeddedTexts } from '../../../../functions/adapters/model/xmp.ts';
import type { FileTexts } from '../../../../functions/core/embed/file-texts.ts';
import { type EmbedFile, embedFiles, OTHER_PACKET, TEXTS } from '../../../support/embed-files.ts';

/** Names of files, in the order of `embedFiles`. */
const NAMES = [
  'JPEG',
  'JPEG, EXIF, ICC, IPTC-IIM, comment, other XMP',
  'PNG',
  'PNG, alpha, EXIF, ICC, other XMP',
  'WebP, lossy',
  'WebP, lossless',
  'WebP, lossless with alpha',
  'WebP, lossy with alpha',
  'WebP, EXIF, ICC, other XMP',
  'WebP, animated',
  'TIFF, little endian',
  'TIFF, little endian, three pages, other XMP',
  'TIFF, big endian',
  'TIFF, big endian, three pages, other XMP',
  'TIFF of JPEG tiles in pages',
  'AVIF',
  'AVIF, alpha, EXIF, ICC, other XMP',
  'AVIF, iloc 0 with base offsets',
  'AVIF, iloc 1 with EXIF in idat',
  'AVIF, iloc 1 with XMP in idat',
  'AVIF, iloc 1 with the picture in idat',
  'AVIF, iloc 2, long numbers',
  'AVIF, base offsets alone',
  'AVIF, data before the meta box',
  'AVIF, last box without a size',
];

/** What exifr calls the properties that are written, whichever prefix they have. */
const WRITTEN = ['AltTextAccessibility', 'ExtDescrAccessibility', 'title', 'subject', 'CaptionWriter'];
const XMP_GROUPS = ['Iptc4xmpCore', 'core', 'dc', 'photoshop', 'd', 'xmp'];

const files = new Map<string, { file: EmbedFile; copy: Uint8Array }>();
beforeAll(async () => {
  for (const file of await embedFiles()) {
    files.set(file.name, { file, copy: await fileTextWriter.copyWith(file.bytes, file.format, TEXTS) });
  }
});

const fileOf = (name: string): { file: EmbedFile; copy: Uint8Array } => {
  const found = files.get(name);
  if (found === undefined) throw new Error(`no file ${name}`);
  return found;
};

const pixelsOf = async (bytes: Uint8Array): Promise<unknown[]> => {
  const { pages = 1 } = await sharp(bytes).metadata();
  return Promise.all(
    Array.from({ length: pages }, async (_, page) => {
      const { data, info } = await sharp(bytes, { page }).raw().toBuffer({ resolveWithObject: true });
      return { info, data: data.toString('base64') };
    }),
  );
};

const sharpFacts = async (bytes: Uint8Array): Promise<Partial<Metadata>> => {
  const { xmp: _, xmpAsString: __, size: ___, ...facts } = await sharp(bytes).metadata();
  return facts;
};

type Groups = Record<string, Record<string, unknown>>;

const READ_ALL = {
  tiff: true,
  ifd0: {},
  ifd1: true,
  exif: true,
  gps: true,
  icc: true,
  iptc: true,
  xmp: true,
  jfif: true,
  ihdr: true,
} as const;

/** What exifr reads, without the properties that are written. It reads no WebP. */
const exifrFacts = async (bytes: Uint8Array): Promise<Groups> => {
  const groups: Groups = (await exifr.parse(bytes, { ...READ_ALL, mergeOutput: false, reviveValues: false })) ?? {};
  const others = Object.entries(groups).map(([group, facts]): [string, Record<string, unknown>] => [
    group,
    Object.fromEntries(Object.entries(facts).filter(([name]) => !XMP_GROUPS.includes(group) || !WRITTEN.includes(name))),
  ]);
  return Object.fromEntries(others.filter(([, facts]) => Object.keys(facts).length > 0));
};

const packetOf = async (bytes: Uint8Array): Promise<string> => (await sharp(bytes).metadata()).xmpAsString ?? '';
const count = (text: string, what: string): number => text.split(what).length - 1;

it('there is a test for every file', () => {
  expect([...files.keys()]).toEqual(NAMES);
});

describe.each(NAMES)('%s', (name) => {
  it('keeps its pixels, of all pages and frames', async () => {
    const { file, copy } = fileOf(name);
    expect(await pixelsOf(copy)).toEqual(await pixelsOf(file.bytes));
  });

  it('keeps its other metadata, as sharp reads them', async () => {
    const { file, copy } = fileOf(name);
    expect(await sharpFacts(copy)).toEqual(await sharpFacts(file.bytes));
  });

  // exifr reads no WebP
  const exifrReads = name.startsWith('WebP') ? [] : [name];
  it.each(exifrReads)('keeps its other metadata, as exifr reads them: %s', async () => {
    const { file, copy } = fileOf(name);
    const { errors: _, ...before } = await exifrFacts(file.bytes);
    const after = await exifrFacts(copy);
    // it misses XMP that a PNG has compressed, and EXIF behind base offsets: what it has found is to be the same
    expect(Object.fromEntries(Object.keys(before).map((group) => [group, after[group]]))).toEqual(before);
    const isXmpRead = name.includes('other XMP') && !/PNG|AVIF/.test(name);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(isXmpRead ? ['xmp', 'd'] : []));
  });

  it('gives its texts back', async () => {
    const { copy } = fileOf(name);
    expect(embeddedTexts(Buffer.from(await packetOf(copy)))).toEqual({
      alt: { text: 'A dog & a <cat> "sit", ]]> 5 > 3.', lang: 'en' },
      long: { text: 'A dog and a cat sit on a wall. The wall is red.', lang: 'en' },
    });
    expect(await packetOf(copy)).toContain('<rdf:li xml:lang="de-AT">Ein Hund und eine Katze \u{1F436}, ganz nah.</rdf:li>');
  });

  it('keeps the properties of others', async () => {
    const { file, copy } = fileOf(name);
    const isOther = (await packetOf(file.bytes)) !== '';
    expect(isOther).toBe(/other XMP|in pages|AVIF, (?:iloc|data|last)/.test(name) && !name.includes('the picture'));
    const kept = [
      'xmp:CreateDate="2020-02-03T04:05:06+01:00"',
      'xmp:Rating="4"',
      'Who &amp; what',
      '© Zoë',
      '<dc:title>not Dublin Core</dc:title>',
    ];
    const packet = await packetOf(copy);
    for (const words of kept) expect(count(packet, words)).toBe(isOther ? 1 : 0);
    expect(packet).not.toContain('old words');
  });

  it('has each text once, also when it is written into again', async () => {
    const { file, copy } = fileOf(name);
    const again = await fileTextWriter.copyWith(copy, file.format, TEXTS);
    expect(await packetOf(again)).toBe(await packetOf(copy));
    for (const property of WRITTEN.slice(0, 2)) expect(count(await packetOf(again), `:${property}>`)).toBe(2);
    expect(await pixelsOf(again)).toEqual(await pixelsOf(file.bytes));
  });

  it('takes other texts instead', async () => {
    const { file, copy } = fileOf(name);
    const texts: FileTexts = { alt: [{ lang: 'x-default', text: 'Short.' }], long: [], title: [], keywords: [] };
    const packet = await packetOf(await fileTextWriter.copyWith(copy, file.format, texts));
    expect(packet).toContain('<rdf:li xml:lang="x-default">Short.</rdf:li>');
    expect(packet).not.toContain('A dog &amp;');
    // what is not written stays, but a machine that has written nothing is no longer named
    expect(packet).toContain('The wall is red.');
    expect(packet).not.toContain('caption-on-upload');
  });
});

describe('what is written', () => {
  it('is five properties and nothing else', async () => {
    const { copy } = fileOf('PNG');
    const packet = await packetOf(copy);
    const names = [...packet.matchAll(/<(?!\/|\?)([\w:]+)/g)].map(([, name]) => name);
    expect([...new Set(names)].toSorted()).toEqual([
      'Iptc4xmpCore:AltTextAccessibility',
      'Iptc4xmpCore:ExtDescrAccessibility',
      'dc:subject',
      'dc:title',
      'photoshop:CaptionWriter',
      'rdf:Alt',
      'rdf:Bag',
      'rdf:Description',
      'rdf:RDF',
      'rdf:li',
      'x:xmpmeta',
    ]);
    expect(packet).not.toMatch(/AI|Date|rights|description>/);
  });

  it('is the same as a sidecar', async () => {
    const sidecar = await fileTextWriter.sidecar(TEXTS);
    expect(embeddedTexts(sidecar)).toMatchObject({ alt: { lang: 'en' }, long: { lang: 'en' } });
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(sidecar)).toBe(await packetOf(fileOf('PNG').copy));
  });

  it('goes beside a GIF', async () => {
    const gif = await sharp(fileOf('PNG').file.bytes).gif().toBuffer();
    await expect(fileTextWriter.copyWith(gif, 'gif', TEXTS)).rejects.toMatchObject({ name: 'SidecarOnly' });
  });

  it('holds a text that is longer than the reader of uploads takes', async () => {
    const texts = { ...TEXTS, alt: [{ lang: 'x-default', text: 'x'.repeat(8200) }] };
    const { file } = fileOf('PNG');
    const copy = await fileTextWriter.copyWith(file.bytes, 'png', texts);
    expect(await packetOf(copy)).toContain('x'.repeat(8200));
  });

  it('leaves the bytes that it is given as they are', async () => {
    for (const { file } of files.values()) {
      // a Buffer is the harder case: its slices share its bytes
      const [before, given] = [Buffer.from(file.bytes), Buffer.from(file.bytes)];
      await fileTextWriter.copyWith(given, file.format, TEXTS);
      expect(before.equals(given)).toBe(true);
    }
    expect(OTHER_PACKET).toContain('old words');
  });
});
