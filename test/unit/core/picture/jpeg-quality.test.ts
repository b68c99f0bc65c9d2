// The quality of JPEGs as an encoder wrote them, and of files that are cut, odd or no JPEG.
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpegQuality } from '../../../../functions/core/picture/jpeg-quality.ts';
import { CORNERS, corners } from '../../../support/pictures.ts';

const encode = (options: JpegOptions): Promise<Buffer> =>
  sharp(corners(), { raw: { ...CORNERS, channels: 3 } })
    .jpeg(options)
    .toBuffer();

/** Where the tables begin. */
const tablesAt = (jpeg: Buffer): number => jpeg.indexOf(Buffer.of(0xff, 0xdb));

describe('the quality of a JPEG', () => {
  it.each([1, 5, 10, 20, 35, 49, 50, 60, 72, 75, 80, 85, 90, 95, 99, 100])('%d is told to within 1', async (quality) => {
    expect(Math.abs((jpegQuality(await encode({ quality })) ?? Number.NaN) - quality)).toBeLessThanOrEqual(1);
    expect(Math.abs((jpegQuality(await encode({ quality, progressive: true })) ?? Number.NaN) - quality)).toBeLessThanOrEqual(1);
  });

  it('is near by, and rises, with tables of another encoder', async () => {
    const told = await Promise.all([40, 60, 80, 95].map(async (quality) => jpegQuality(await encode({ quality, mozjpeg: true }))));
    expect(told).toEqual(told.toSorted((one, other) => (one ?? 0) - (other ?? 0)));
    told.forEach((quality, i) => {
      expect(Math.abs((quality ?? Number.NaN) - ([40, 60, 80, 95][i] ?? 0))).toBeLessThan(15);
    });
  });

  it('is told from tables of 16 bits, and with fill bytes and long segments before them', async () => {
    const jpeg = await encode({ quality: 70 });
    const at = tablesAt(jpeg);
    const length = jpeg.readUInt16BE(at + 2);
    const table = jpeg.subarray(at + 5, at + 5 + 64);
    const wide = Buffer.alloc(2 + 2 + 1 + 128);
    wide.writeUInt16BE(0xffdb, 0);
    wide.writeUInt16BE(131, 2);
    wide[4] = 0x10;
    table.forEach((value, i) => {
      wide.writeUInt16BE(value, 5 + 2 * i);
    });
    const comment = Buffer.concat([Buffer.of(0xff, 0xff, 0xff, 0xfe, 0xff, 0xfe), Buffer.alloc(0xfffc, 7)]);
    expect(jpegQuality(Buffer.concat([jpeg.subarray(0, 2), comment, wide, jpeg.subarray(at + 2 + length)]))).toBe(70);
  });

  it('is not told of other files, and of those whose tables are not whole', async () => {
    const jpeg = await encode({ quality: 70 });
    expect(jpegQuality(await sharp(jpeg).png().toBuffer())).toBeUndefined();
    expect(jpegQuality(Buffer.alloc(0))).toBeUndefined();
    expect(jpegQuality(jpeg.subarray(0, tablesAt(jpeg) + 30))).toBeUndefined();
    expect(jpegQuality(Buffer.concat([jpeg.subarray(0, 2), Buffer.of(0xff, 0xda, 0, 2), jpeg.subarray(2)]))).toBeUndefined();
  });

  it('is looked for in a bounded number of segments', () => {
    const empty = Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.of(0xff, 0xe1, 0, 2)));
    expect(jpegQuality(Buffer.concat([Buffer.of(0xff, 0xd8), empty]))).toBeUndefined();
    expect(jpegQuality(Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(100_000, 0xff)]))).toBeUndefined();
  });
});
