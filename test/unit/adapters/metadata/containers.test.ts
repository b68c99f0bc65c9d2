// What is special about each format: where the packet goes, and what of the file tells of it or counts on it.
import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { AVIF } from '../../../../functions/adapters/metadata/avif.ts';
import { box, fullBox } from '../../../../functions/adapters/metadata/boxes.ts';
import { copyWithTexts, fileTextWriter } from '../../../../functions/adapters/metadata/file-text-writer.ts';
import { JPEG } from '../../../../functions/adapters/metadata/jpeg.ts';
import { PNG } from '../../../../functions/adapters/metadata/png.ts';
import { TIFF } from '../../../../functions/adapters/metadata/tiff.ts';
import { WEBP } from '../../../../functions/adapters/metadata/webp.ts';
import { embedFiles, OTHER_PACKET, TEXTS, withSegments } from '../../../support/embed-files.ts';
import { listed, multiPictureFile } from '../../../support/multi-picture-file.ts';
import { CORNERS, corners } from '../../../support/pictures.ts';
import { tiffFile } from '../../../support/tiff-file.ts';

const base = () => sharp(corners(), { raw: { ...CORNERS, channels: 3 } });
const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENDED_NAME = 'http://ns.adobe.com/xmp/extension/\0';

const segment = (marker: number, ...data: (string | Uint8Array)[]): Buffer => {
  const bytes = Buffer.concat(data.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : one)));
  return Buffer.concat([Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 0xff]), bytes]);
};

describe('JPEG', () => {
  const markersOf = (bytes: Uint8Array): string[] => {
    const found: string[] = [];
    for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0)) {
      found.push(`${(bytes[at + 1] ?? 0).toString(16)} ${Buffer.from(bytes).toString('latin1', at + 4, at + 8)}`);
    }
    return found;
  };

  it('has a new packet behind JFIF and EXIF, which must come first', async () => {
    const bytes = withSegments(
      await base()
        .withExif({ IFD0: { Artist: 'Zoe' } })
        .withIccProfile('p3')
        .jpeg()
        .toBuffer(),
      segment(0xfe, 'hi'),
    );
    const [before, after] = [markersOf(bytes), markersOf(copyWithTexts(bytes, 'jpeg', TEXTS))];
    const at = after.indexOf('e1 http');
    expect(after.toSpliced(at, 1)).toEqual(before);
    expect(after.slice(0, at).every((marker) => marker === 'e0 JFIF' || marker === 'e1 Exif')).toBe(true);
    expect(after[at + 1]).toBe('e2 ICC_');
  });

  it('has a new packet first in a file without either', async () => {
    const plain = await base().jpeg().toBuffer();
    const bare = Buffer.concat([plain.subarray(0, 2), plain.subarray(plain.indexOf(Buffer.from([0xff, 0xdb])))]);
    expect(markersOf(copyWithTexts(bare, 'jpeg', TEXTS))[0]).toBe('e1 http');
  });

  it('keeps fill bytes, and takes standing markers as they are', async () => {
    const bytes = withSegments(await base().jpeg().toBuffer(), Buffer.from([0xff, 0xff, 0xff, 0xfe, 0, 3, 0x41, 0xff, 0x01]));
    const copy = await fileTextWriter.copyWith(bytes, 'jpeg', TEXTS);
    expect(Buffer.from(copy).includes(Buffer.from([0xff, 0xff, 0xff, 0xfe, 0, 3, 0x41, 0xff, 0x01]))).toBe(true);
  });

  const extended = (inside: string): Buffer => {
    const packet = Buffer.from(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    );
    const guid = createHash('md5').update(packet).digest('hex').toUpperCase();
    const main = OTHER_PACKET.replace(
      'xmp:Rating',
      `xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${guid}" xmp:Rating`,
    );
    const half = Math.floor(packet.length / 2);
    const parts = [0, half].map((from) => {
      const [length, offset] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(packet.length);
      offset.writeUInt32BE(from);
      return segment(0xe1, EXTENDED_NAME, guid, length, offset, packet.subarray(from, from === 0 ? half : packet.length));
    });
    return Buffer.concat([segment(0xe1, XMP_NAME, Buffer.from(main)), ...parts]);
  };

  it('keeps an extended packet, which the main one goes on naming', async () => {
    const segments = extended(`<dc:source>${'s'.repeat(500)}</dc:source>`);
    const bytes = withSegments(await base().jpeg().toBuffer(), segments);
    const copy = Buffer.from(await fileTextWriter.copyWith(bytes, 'jpeg', TEXTS));
    const [, guid = ''] = /HasExtendedXMP="(\w{32})"/.exec(bytes.toString('latin1')) ?? [];
    expect(copy.toString('latin1').split(guid).length).toBe(4);
    expect(copy.includes(segments.subarray(segments.indexOf(EXTENDED_NAME, 0, 'latin1') - 4))).toBe(true);
  });

  it('gets a sidecar when an extended packet has such texts as well', async () => {
    const bytes = withSegments(await base().jpeg().toBuffer(), extended('<dc:title>far away</dc:title>'));
    expect(() => copyWithTexts(bytes, 'jpeg', TEXTS)).toThrow('its extended XMP holds such texts');
  });

  it('holds packets up to 65,502 bytes, and gets a sidecar for larger ones', async () => {
    const bytes = await base().jpeg().toBuffer();
    const full = new Uint8Array(65_502).fill(0x20);
    expect(JPEG.inspect(JPEG.withXmp(bytes, full)).xmp).toEqual(full);
    expect(() => JPEG.withXmp(bytes, new Uint8Array(65_503))).toThrow('its XMP would have 65503 bytes, and a JPEG holds 65502');
    const large = withSegments(bytes, segment(0xe1, XMP_NAME, Buffer.from(OTHER_PACKET.replace('Who', 'w'.repeat(64_100)))));
    expect(() => copyWithTexts(large, 'jpeg', TEXTS)).toThrow('and a JPEG holds 65502');
  });

  it.each([
    ['no XMP', new Uint8Array(), new Uint8Array()],
    ['XMP before the list', segment(0xe1, XMP_NAME, Buffer.from(OTHER_PACKET)), new Uint8Array()],
    ['XMP behind the list', new Uint8Array(), segment(0xe1, XMP_NAME, Buffer.from(OTHER_PACKET))],
  ])('sets right the list of several pictures: %s', async (_, before, behind) => {
    const { bytes, second } = await multiPictureFile(before, behind);
    expect(bytes.subarray(listed(bytes).second.at)).toEqual(second);
    const copy = Buffer.from(await fileTextWriter.copyWith(bytes, 'jpeg', TEXTS));
    expect(listed(copy).size - listed(bytes).size).toBe(copy.length - bytes.length);
    expect(copy.subarray(listed(copy).second.at)).toEqual(second);
    expect(listed(copy).second.size).toBe(second.length);
  });

  it('gets a sidecar when that list cannot be read', async () => {
    const { bytes } = await multiPictureFile(new Uint8Array(), new Uint8Array());
    const [cut, other] = [Buffer.from(bytes), Buffer.from(bytes)];
    cut.writeUInt32BE(1_000_000, bytes.indexOf('MPF\0', 0, 'latin1') + 8);
    other.writeUInt16BE(0xb003, bytes.indexOf(Buffer.from([0xb0, 0x02])));
    for (const broken of [cut, other]) expect(() => copyWithTexts(broken, 'jpeg', TEXTS)).toThrow('the list of them cannot be read');
  });
});

describe('PNG', () => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, crc]);
  };
  const withChunk = async (...chunks: Buffer[]): Promise<Buffer> => {
    const png = await base().png().toBuffer();
    return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
  };
  const packet = Buffer.from(OTHER_PACKET);
  const NAME = 'XML:com.adobe.xmp\0';

  it.each([
    ['as it is', chunk('iTXt', Buffer.concat([Buffer.from(`${NAME}\0\0en\0XMP\0`, 'latin1'), packet]))],
    ['compressed', chunk('iTXt', Buffer.concat([Buffer.from(`${NAME}\x01\0\0\0`, 'latin1'), deflateSync(packet)]))],
    ['compressed as Latin-1 text', chunk('zTXt', Buffer.concat([Buffer.from(`${NAME}\0`, 'latin1'), deflateSync(packet)]))],
    ['as Latin-1 text', chunk('tEXt', Buffer.concat([Buffer.from(NAME, 'latin1'), packet]))],
  ])('has its packet replaced where it stood: %s', async (_, xmp) => {
    const bytes = await withChunk(chunk('tEXt', Buffer.from('Comment\0hello')), xmp);
    const copy = Buffer.from(copyWithTexts(bytes, 'png', TEXTS));
    expect(copy.toString('latin1').split('com.adobe.xmp').length).toBe(2);
    expect(copy.indexOf('com.adobe.xmp')).toBeGreaterThan(copy.indexOf('Comment'));
    expect(new TextDecoder().decode(PNG.inspect(copy).xmp)).toContain('xmp:Rating="4"');
    await fileTextWriter.copyWith(bytes, 'png', TEXTS);
  });

  it('has its packet moved before the picture, where it is found, and nothing else', async () => {
    const png = await base().png().toBuffer();
    const [xmp, comment] = [
      chunk('iTXt', Buffer.concat([Buffer.from(`${NAME}\0\0\0\0`, 'latin1'), packet])),
      chunk('tEXt', Buffer.from('Comment\0hello')),
    ];
    const late = Buffer.concat([png.subarray(0, -12), xmp, comment, png.subarray(-12)]);
    const copy = Buffer.from(await fileTextWriter.copyWith(late, 'png', TEXTS));
    expect(copy.indexOf('com.adobe.xmp')).toBeLessThan(copy.indexOf('IDAT'));
    expect(copy.indexOf('Comment')).toBeGreaterThan(copy.indexOf('IDAT'));
    expect(copy.toString('latin1').split('com.adobe.xmp').length).toBe(2);
    expect(new TextDecoder().decode(PNG.inspect(copy).xmp)).toContain('xmp:Rating="4"');
  });

  it('has right check sums', async () => {
    const copy = Buffer.from(copyWithTexts(await base().png().toBuffer(), 'png', TEXTS));
    for (let at = 8; at < copy.length; ) {
      const end = at + 8 + copy.readUInt32BE(at);
      expect(copy.readUInt32BE(end)).toBe(crc32(copy.subarray(at + 4, end)));
      at = end + 4;
    }
  });

  it('is refused, or gets a sidecar, when its packet is not right', async () => {
    const bomb = chunk('zTXt', Buffer.concat([Buffer.from(`${NAME}\0`, 'latin1'), deflateSync(Buffer.alloc(10_000_000))]));
    const wrong = chunk('iTXt', Buffer.concat([Buffer.from(`${NAME}\0\0\0\0`, 'latin1'), packet]));
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
    const short = chunk('iTXt', Buffer.from(`${NAME}\0\0`, 'latin1'));
    const two = chunk('tEXt', Buffer.concat([Buffer.from(NAME, 'latin1'), packet]));
    const old = chunk('zTXt', Buffer.from('Raw profile type xmp\0\0x', 'latin1'));
    const whys = ['cannot be unpacked', 'wrong CRC', 'is not whole', 'two XMP packets', 'never a standard'];
    const chunks = [[bomb], [wrong], [short], [two, two], [old]];
    for (const [i, why] of whys.entries()) {
      const bytes = await withChunk(...(chunks[i] ?? []));
      expect(() => copyWithTexts(bytes, 'png', TEXTS)).toThrow(why);
    }
  });

  it('keeps what stands behind its end', async () => {
    const bytes = Buffer.concat([await base().png().toBuffer(), Buffer.from('more')]);
    expect(
      Buffer.from(copyWithTexts(bytes, 'png', TEXTS))
        .subarray(-4)
        .toString(),
    ).toBe('more');
  });
});

describe('WebP', () => {
  const headerOf = (bytes: Uint8Array) => {
    const file = Buffer.from(bytes);
    const flags = file[20] ?? 0;
    return {
      type: file.toString('latin1', 12, 16),
      xmp: (flags & 4) > 0,
      alpha: (flags & 16) > 0,
      animated: (flags & 2) > 0,
      exif: (flags & 8) > 0,
      icc: (flags & 32) > 0,
      width: file.readUIntLE(24, 3) + 1,
      height: file.readUIntLE(27, 3) + 1,
      whole: file.readUInt32LE(4) + 8 === file.length && file.length % 2 === 0,
    };
  };

  it.each([
    ['WebP, lossy', {}],
    ['WebP, lossless', {}],
    ['WebP, lossless with alpha', { alpha: true }],
    ['WebP, lossy with alpha', { alpha: true }],
    ['WebP, animated', { animated: true }],
    ['WebP, EXIF, ICC, other XMP', { exif: true, icc: true }],
  ])('has a header with the right flags and size: %s', async (name, flags) => {
    const file = (await embedFiles()).find((one) => one.name === name);
    const header = headerOf(copyWithTexts(file?.bytes ?? new Uint8Array(), 'webp', TEXTS));
    const none = { alpha: false, animated: false, exif: false, icc: false };
    expect(header).toEqual({ type: 'VP8X', xmp: true, ...none, ...flags, ...CORNERS, whole: true });
  });

  it('keeps what stands behind its end, unknown parts, and mends a padding that is missing', async () => {
    const plain = await base().webp().toBuffer();
    const odd = Buffer.concat([plain, Buffer.from('Odd!\x03\0\0\0abc', 'latin1')]);
    odd.writeUInt32LE(odd.length - 8, 4);
    const copy = Buffer.from(copyWithTexts(odd, 'webp', TEXTS));
    expect(copy.includes(Buffer.from('Odd!\x03\0\0\0abc\0XMP ', 'latin1'))).toBe(true);
    const trailing = Buffer.concat([plain, Buffer.from('trailer')]);
    expect(
      Buffer.from(copyWithTexts(trailing, 'webp', TEXTS))
        .subarray(-7)
        .toString(),
    ).toBe('trailer');
  });

  it('is refused when it begins with no picture, or is not as long as it says', async () => {
    const plain = await base().webp().toBuffer();
    const [other, long, sizes, code] = [0, 0, 0, 0].map(() => Buffer.from(plain));
    other?.write('ALPH', 12, 'latin1');
    long?.writeUInt32LE(plain.length, 4);
    sizes?.writeUInt32LE(0, 26);
    code?.fill(0, 23, 26);
    for (const bytes of [other, long, sizes, code]) expect(() => copyWithTexts(bytes ?? plain, 'webp', TEXTS)).toThrow(/WebP/);
    expect(() => WEBP.withXmp(Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1'), new Uint8Array())).toThrow('the WebP is empty');
  });
});

describe('TIFF', () => {
  const page = { width: 5, height: 4, level: 3 };

  it('has all its bytes but the place of its first directory where they were', () => {
    for (const little of [true, false]) {
      const bytes = tiffFile(little, [page, page], 1);
      const copy = copyWithTexts(bytes, 'tiff', TEXTS);
      expect(Buffer.from(copy).subarray(8, bytes.length)).toEqual(bytes.subarray(8));
      expect(Buffer.from(copy).subarray(0, 4)).toEqual(bytes.subarray(0, 4));
    }
  });

  it('has its tags in order, XMP among them', () => {
    const bytes = tiffFile(true, [{ ...page, tags: [{ tag: 33_432, type: 2, values: Buffer.from('ab\0') }] }]);
    const copy = Buffer.from(copyWithTexts(bytes, 'tiff', TEXTS));
    const at = copy.readUInt32LE(4);
    const tags = Array.from({ length: copy.readUInt16LE(at) }, (_, i) => copy.readUInt16LE(at + 2 + i * 12));
    expect(tags).toEqual([256, 257, 258, 259, 262, 273, 277, 278, 279, 700, 33_432]);
    expect(at % 2).toBe(0);
  });

  it('holds a packet that fits into its entry', () => {
    const bytes = tiffFile(false, [page]);
    expect(TIFF.inspect(TIFF.withXmp(bytes, Buffer.from('ab'))).xmp).toEqual(new Uint8Array(Buffer.from('ab   ')));
    const short = tiffFile(false, [{ ...page, tags: [{ tag: 700, type: 7, values: Buffer.from('abc') }] }]);
    expect(Buffer.from(TIFF.inspect(short).xmp ?? []).toString()).toBe('abc');
  });

  it('gets a sidecar as a BigTIFF or with two packets', async () => {
    const big = await base().tiff({ bigtiff: true }).toBuffer();
    expect(() => copyWithTexts(big, 'tiff', TEXTS)).toThrow('it is a BigTIFF, which is not written to');
    const xmp = { tag: 700, type: 7, values: Buffer.from(OTHER_PACKET) } as const;
    expect(() => copyWithTexts(tiffFile(true, [{ ...page, tags: [xmp, xmp] }]), 'tiff', TEXTS)).toThrow('two XMP packets');
  });

  it('is refused when its pages go round, lie in the header, or have tags without end', () => {
    const round = tiffFile(true, [page]);
    round.writeUInt32LE(8, 8 + 2 + 9 * 12);
    const header = tiffFile(true, [page]);
    header.writeUInt32LE(4, 4);
    const empty = tiffFile(true, [page]);
    empty.writeUInt32LE(0, 4);
    const type = tiffFile(true, [{ ...page, tags: [{ tag: 700, type: 3, values: [1, 2, 3] }] }]);
    const many = Buffer.alloc(900_000, 0);
    many.write('II*\0\x08\0\0\0', 'latin1');
    for (let at = 8; at < 200; at += 4) {
      many.writeUInt16LE(60_000, at);
      many.writeUInt32LE(at + 4, at + 2 + 60_000 * 12);
    }
    for (const [bytes, why] of [
      [round, 'go round'],
      [header, 'in its header'],
      [empty, 'no page'],
      [type, 'wrong type'],
      [many, 'too many pages'],
    ] as const)
      expect(() => copyWithTexts(bytes, 'tiff', TEXTS)).toThrow(why);
  });
});

describe('AVIF', () => {
  it('has one item more, and its numbers and places are those that readers follow', async () => {
    const bytes = await base().avif().toBuffer();
    const { xmp } = AVIF.inspect(copyWithTexts(bytes, 'avif', TEXTS));
    expect(new TextDecoder().decode(xmp)).toContain('A dog &amp; a &lt;cat&gt;');
  });

  it('gets a sidecar as a sequence, and without lengths', async () => {
    const bytes = await base().avif().toBuffer();
    const sequence = Buffer.concat([bytes, box('moov', new Uint8Array(4))]);
    expect(() => copyWithTexts(sequence, 'avif', TEXTS)).toThrow('it is a sequence of pictures');
    const open = Buffer.from(bytes);
    const iloc = open.indexOf('iloc');
    // the last four bytes of the only item's place are its length
    open.writeUInt32BE(0, iloc + open.readUInt32BE(iloc - 4) - 8);
    expect(() => copyWithTexts(open, 'avif', TEXTS)).toThrow('it does not tell how long its parts are');
  });

  it('is refused when an item lies in the head of its last box, which may be written anew', async () => {
    const { bytes = Buffer.alloc(0) } = (await embedFiles()).find(({ name }) => name === 'AVIF, last box without a size') ?? {};
    const file = Buffer.from(bytes);
    const [iloc, mdat] = [file.indexOf('iloc'), file.indexOf('mdat')];
    // version 0, one extent each: the first item's offset
    const offset = iloc + 4 + 4 + 2 + 2 + 2 + 2 + 2;
    expect(file.readUInt32BE(offset)).toBe(mdat + 4);
    file.writeUInt32BE(mdat - 4, offset);
    expect(() => copyWithTexts(file, 'avif', TEXTS)).toThrow('an item of the AVIF lies in the head of a box');
  });

  it('gets its new data behind a last box without a size, of whatever type', async () => {
    const last = Buffer.concat([Buffer.from('\0\0\0\0uuid', 'latin1'), Buffer.alloc(16, 7), Buffer.from('of someone else')]);
    const bytes = Buffer.concat([await base().avif().toBuffer(), last]);
    const copy = Buffer.from(copyWithTexts(bytes, 'avif', TEXTS));
    expect(copy.readUInt32BE(copy.indexOf('uuid') - 4)).toBe(last.length);
    await fileTextWriter.copyWith(bytes, 'avif', TEXTS);
  });

  it('gets an item of a number that no reference has, also one to an item that is not there', async () => {
    const bytes = Buffer.from(await base().withXmp(OTHER_PACKET).avif().toBuffer());
    const from = bytes.indexOf('cdsc') + 4;
    bytes.writeUInt16BE(bytes.readUInt16BE(from) + 1, from);
    expect(AVIF.inspect(bytes).xmp).toBeUndefined();
    const { xmp } = AVIF.inspect(copyWithTexts(bytes, 'avif', TEXTS));
    expect(new TextDecoder().decode(xmp)).toContain('A dog &amp; a &lt;cat&gt;');
  });

  it('is refused with boxes that are missing, twice there, or of no right size', async () => {
    const bytes = await base().avif().toBuffer();
    const renamed = (from: string, to: string): Buffer => {
      const copy = Buffer.from(bytes);
      copy.write(to, copy.indexOf(from), 'latin1');
      return copy;
    };
    const huge = Buffer.concat([bytes, Buffer.from('\0\0\0\x02free', 'latin1')]);
    const cases = [
      [renamed('pitm', 'pitx'), 'no box of the type pitm'],
      [renamed('iinf', 'iinx'), 'no box of the type iinf'],
      [renamed('infe', 'infx'), 'describes an item in an unknown way'],
      [Buffer.concat([bytes, fullBox('meta', 0, 0)]), 'two boxes of the type meta'],
      [huge, 'no right size'],
    ] as const;
    for (const [file, why] of cases) expect(() => copyWithTexts(file, 'avif', TEXTS)).toThrow(why);
  });
});
