import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brandsOf } from '../../../../functions/core/picture/iso-brands.ts';
import { checkByteCount, checkBytes, checkSize } from '../../../../functions/core/picture/picture-checks.ts';
import { requireFormat, sniff } from '../../../../functions/core/picture/picture-format.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';
import { isVideo, mediaTypeOf, sniffVideo, VIDEO_FORMATS } from '../../../../functions/core/picture/video-format.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const isoMedia = (...brands: string[]): Buffer => {
  const body = latin1(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, body]);
};

const EBML = '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01';

describe('the format of a video', () => {
  it.each([
    ['mp4', isoMedia('isom', 'iso2', 'avc1', 'mp41')],
    ['mp4', isoMedia('qt  ')],
    ['mp4', isoMedia('3gp5')],
    ['webm', latin1(`${EBML}\x42\x82\x84webm`)],
    [undefined, latin1(`${EBML}\x42\x82\x88matroska`)],
    [undefined, isoMedia('M4A ', 'mp42')],
    [undefined, isoMedia('avis', 'msf1', 'iso8')],
    [undefined, isoMedia('hevc', 'msf1')],
    [undefined, isoMedia('isom').subarray(0, 9)],
    [undefined, latin1('RIFF\0\0\0\0AVI LIST')],
    [undefined, Buffer.alloc(0)],
  ])('is %s by its first bytes', (format, bytes) => {
    expect(sniffVideo(bytes)).toBe(format);
  });

  it('is told by the first brands alone, however many the header claims', () => {
    const many = isoMedia('isom', ...Array<string>(100_000).fill('iso2'), 'avif');
    expect(brandsOf(many)).toHaveLength(65);
    expect(sniffVideo(many)).toBe('mp4');
  });

  it('has its media type, as those of pictures have', () => {
    expect([...VIDEO_FORMATS, 'jpeg' as const].map(mediaTypeOf)).toEqual(['video/mp4', 'video/webm', 'image/jpeg']);
    expect([isVideo('webm'), isVideo('webp')]).toEqual([true, false]);
  });
});

describe('the format of a picture', () => {
  it.each([
    ['jpeg', latin1('\xff\xd8\xff\xe0')],
    ['png', latin1('\x89PNG\r\n\x1a\n')],
    ['webp', latin1('RIFF\0\0\0\0WEBPVP8 ')],
    ['gif', latin1('GIF87a')],
    ['gif', latin1('GIF89a')],
    ['tiff', latin1('II*\0')],
    ['tiff', latin1('MM\0*')],
    ['tiff', latin1('II+\0')],
    ['avif', isoMedia('avif', 'mif1', 'miaf')],
    ['avif', isoMedia('mif1', 'avif')],
  ])('is %s by its first bytes', (format, bytes) => {
    expect(sniff(bytes)).toBe(format);
  });

  it.each([
    ['HEIC', isoMedia('heic', 'mif1')],
    ['HEIC', isoMedia('mif1', 'heic')],
    ['video', isoMedia('mp42', 'isom')],
    ['video', isoMedia('qt  ')],
    ['video', latin1(`${EBML}\x42\x82\x84webm`)],
    ['SVG', latin1('  <svg width="1">')],
    ['SVG', latin1('\xef\xbb\xbf<?xml version="1.0"?><!-- x --><svg>')],
  ])('is refused with a hint when it is %s', (word, bytes) => {
    expect(() => requireFormat(bytes)).toThrow(word);
  });

  it.each([
    latin1('RIFF\0\0\0\0WAVE'),
    isoMedia('M4A ', 'isom'),
    isoMedia('crx ', 'isom'),
    latin1('\x1a\x45\xdf\xa3\x01matroska'),
    latin1('%PDF-1.7'),
    latin1('BM'),
    latin1('<?xml version="1.0"?><html>'),
  ])('is not known for other files', (bytes) => {
    expect(sniff(bytes)).toBeUndefined();
    expect(() => requireFormat(bytes)).toThrow('not a picture of a known format');
  });

  it('is decided for any bytes without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(() => sniff(bytes)).not.toThrow();
      }),
    );
    expect(() => sniff(isoMedia('zzzz').subarray(0, 9))).not.toThrow();
  });
});

describe('the limits', () => {
  it('are kept by what is exactly as large as they allow', () => {
    expect(() => checkByteCount(DEFAULT_LIMITS.maxBytes, DEFAULT_LIMITS)).not.toThrow();
    expect(() => checkSize(10_000, 5_000, DEFAULT_LIMITS)).not.toThrow();
    expect(() => checkSize(16_384, 3_000, DEFAULT_LIMITS)).not.toThrow();
  });

  it('of bytes and format are checked together', () => {
    expect(checkBytes(latin1('GIF89a'), DEFAULT_LIMITS)).toBe('gif');
    expect(() => checkBytes(latin1('GIF89a'), { ...DEFAULT_LIMITS, maxBytes: 5 })).toThrow('more than the limit');
  });

  it.each([
    ['EMPTY', () => checkByteCount(0, DEFAULT_LIMITS)],
    ['TOO_MANY_BYTES', () => checkByteCount(DEFAULT_LIMITS.maxBytes + 1, DEFAULT_LIMITS)],
    ['TOO_MANY_PIXELS', () => checkSize(10_000, 5_001, DEFAULT_LIMITS)],
    ['TOO_MANY_PIXELS', () => checkSize(16_385, 1, DEFAULT_LIMITS)],
    ['TOO_MANY_PIXELS', () => checkSize(1, 40_000_000, DEFAULT_LIMITS)],
  ])('give the reason %s', (code, check) => {
    expect(check).toThrow(expect.objectContaining({ code, retryable: false }));
  });
});
