// What goes beside a file instead of into it, and what is refused: signed files, and those that are not as their format says.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { copyWithTexts, fileTextWriter } from '../../../../functions/adapters/metadata/file-text-writer.ts';
import type { PictureFormat } from '../../../../functions/core/picture/picture-format.ts';
import { embedFiles, OTHER_PACKET, TEXTS, withSegments } from '../../../support/embed-files.ts';
import { CORNERS, corners } from '../../../support/pictures.ts';
import { signedFiles } from '../../../support/signed-files.ts';

const base = () => sharp(corners(), { raw: { ...CORNERS, channels: 3 } });

/** What is thrown, as name, code and words. */
const refusal = (bytes: Uint8Array, format: PictureFormat): string => {
  try {
    copyWithTexts(bytes, format, TEXTS);
    return 'none';
  } catch (thrown) {
    const { name, code, message } = thrown as Error & { code: string };
    return `${name} ${code}: ${message}`;
  }
};

const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';
const segment = (marker: number, ...data: (string | Uint8Array)[]): Buffer => {
  const bytes = Buffer.concat(data.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : one)));
  return Buffer.concat([Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 0xff]), bytes]);
};

describe('a file that is signed (C2PA)', () => {
  it.each(['JPEG', 'PNG', 'WebP', 'AVIF', 'TIFF', 'TIFF, second page'])('is left alone: %s', async (name) => {
    const file = (await signedFiles()).find((one) => one.name === name);
    if (file === undefined) throw new Error(`no file ${name}`);
    // it is a picture that can be read
    expect((await sharp(file.bytes).stats()).channels.length).toBeGreaterThan(0);
    await expect(fileTextWriter.copyWith(file.bytes, file.format, TEXTS)).rejects.toMatchObject({
      name: 'SidecarOnly',
      message: 'it is signed (C2PA), and any change would break the signature',
    });
  });

  it('is left alone also when its manifest lies elsewhere', async () => {
    const provenance = OTHER_PACKET.replace(
      'xmp:Rating="4"',
      'xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="https://example.org/m.c2pa"',
    );
    const bytes = await base().withXmp(provenance).jpeg().toBuffer();
    expect(refusal(bytes, 'jpeg')).toContain('SidecarOnly UNSUPPORTED_FORMAT: it is signed (C2PA)');
  });
});

describe('a file whose XMP cannot be changed', () => {
  it.each([
    ['is no XML', OTHER_PACKET.replace('</rdf:RDF>', ''), 'its XMP packet is no XML'],
    ['holds no RDF', '<a/>', 'its XMP packet holds no RDF'],
    ['is cut off', OTHER_PACKET.slice(0, 400), 'its XMP packet is not whole'],
    ['declares entities', `<!DOCTYPE a [<!ENTITY b "c">]>${OTHER_PACKET}`, 'its XMP packet declares things of its own'],
    [
      'is deep',
      OTHER_PACKET.replace('</rdf:RDF>', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}</rdf:RDF>`),
      'its XMP packet is too deep or too wide',
    ],
    [
      'is wide',
      OTHER_PACKET.replace('xmp:Rating="4"', Array.from({ length: 1100 }, (_, i) => `a${i}="1"`).join(' ')),
      'its XMP packet is too deep or too wide',
    ],
    [
      'gives xml another meaning',
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xml="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></rdf:RDF>',
      'its XMP packet uses prefixes as XML does not allow',
    ],
    [
      'has RDF without a prefix',
      '<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><Description about=""/></RDF>',
      'its XMP packet has RDF without a prefix, which hardly any program reads',
    ],
    ['names an entity', OTHER_PACKET.replace('Who', '&who;'), 'its XMP packet is no XML'],
  ])('gets a sidecar when it %s', async (_, packet, why) => {
    const file = withSegments(await base().jpeg().toBuffer(), segment(0xe1, XMP_NAME, Buffer.from(packet)));
    expect(refusal(file, 'jpeg')).toBe(`SidecarOnly UNSUPPORTED_FORMAT: ${why}`);
  });

  it('gets a sidecar when it is not UTF-8 or too large', async () => {
    const bytes = Buffer.from(OTHER_PACKET, 'utf16le');
    expect(refusal(withSegments(await base().jpeg().toBuffer(), segment(0xe1, XMP_NAME, bytes)), 'jpeg')).toContain('is not UTF-8');
    const large = OTHER_PACKET.replace('Who', 'x'.repeat(300_000));
    expect(refusal(await base().withXmp(large).webp().toBuffer(), 'webp')).toContain('more than 262144 bytes');
  });

  it('gets a sidecar when it has two packets', async () => {
    const jpeg = withSegments(await base().withXmp(OTHER_PACKET).jpeg().toBuffer(), segment(0xe1, XMP_NAME, Buffer.from(OTHER_PACKET)));
    expect(refusal(jpeg, 'jpeg')).toContain('it holds two XMP packets');
  });
});

describe('a file that is not as its format says', () => {
  const CUTS: [PictureFormat, number][] = [
    ['jpeg', 100],
    ['png', 60],
    ['webp', 60],
    ['tiff', 40],
    ['avif', 200],
  ];
  it.each(CUTS)('is refused: %s cut off', async (format, length) => {
    const file = (await embedFiles()).find((one) => one.format === format);
    expect(refusal(file?.bytes.subarray(0, length) ?? new Uint8Array(), format)).toMatch(/^PictureError CORRUPT: /);
  });

  it.each(CUTS)('is refused: %s with nothing behind its signature', async (format) => {
    const file = (await embedFiles()).find((one) => one.format === format);
    expect(refusal(file?.bytes.subarray(0, 12) ?? new Uint8Array(), format)).toMatch(/^PictureError CORRUPT: /);
  });

  it('is refused when it cannot be decoded, although its parts are there', async () => {
    const png = Buffer.from(await base().png().toBuffer());
    png.fill(0, png.indexOf('IDAT') + 8, png.indexOf('IDAT') + 60);
    await expect(fileTextWriter.copyWith(png, 'png', TEXTS)).rejects.toMatchObject({
      code: 'CORRUPT',
      message: 'the picture cannot be decoded',
    });
  });
});
