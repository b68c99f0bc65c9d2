// Pictures with a C2PA manifest where each format keeps it (C2PA 2.2, annex A). The manifests are none, but lie where real ones do.
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { box } from '../../functions/adapters/metadata/boxes.ts';
import { type EmbedFile, withSegments } from './embed-files.ts';
import { CORNERS, corners } from './pictures.ts';
import { tiffFile } from './tiff-file.ts';

const MANIFEST = Buffer.concat([
  Buffer.from('\0\0\0\x28jumb\0\0\0\x20jumd', 'latin1'),
  Buffer.from('63327061001100108000' + '00aa00389b71', 'hex'),
  Buffer.from('\x03c2pa\0', 'latin1'),
]);

const base = () => sharp(corners(), { raw: { ...CORNERS, channels: 3 } });

const app11 = (): Buffer => {
  const data = Buffer.concat([Buffer.from('JP'), Buffer.from([0, 1, 0, 0, 0, 1]), MANIFEST]);
  return Buffer.concat([Buffer.from([0xff, 0xeb, 0, data.length + 2]), data]);
};

const pngWith = (png: Buffer): Buffer => {
  const typed = Buffer.concat([Buffer.from('caBX'), MANIFEST]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(MANIFEST.length);
  crc.writeUInt32BE(crc32(typed));
  return Buffer.concat([png.subarray(0, 33), length, typed, crc, png.subarray(33)]);
};

const webpWith = (webp: Buffer): Buffer => {
  const chunk = Buffer.concat([Buffer.from('C2PA'), Buffer.alloc(4), MANIFEST, Buffer.alloc(MANIFEST.length % 2)]);
  chunk.writeUInt32LE(MANIFEST.length, 4);
  const all = Buffer.concat([webp, chunk]);
  all.writeUInt32LE(all.length - 8, 4);
  return all;
};

const avifWith = (avif: Buffer): Buffer => {
  const uuid = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex');
  return Buffer.concat([avif, box('uuid', uuid, Buffer.from('\0\0\0\0manifest\0\0\0\0\0\0\0\0\0', 'latin1'), MANIFEST)]);
};

/** One of each format that is written to, and a TIFF whose second page is signed. */
export const signedFiles = async (): Promise<EmbedFile[]> => {
  const manifest = { tag: 52_545, type: 7, values: MANIFEST } as const;
  const page = { width: 5, height: 4, level: 9 };
  return [
    { name: 'JPEG', format: 'jpeg', bytes: withSegments(await base().jpeg().toBuffer(), app11()) },
    { name: 'PNG', format: 'png', bytes: pngWith(await base().png().toBuffer()) },
    {
      name: 'WebP',
      format: 'webp',
      bytes: webpWith(
        await base()
          .withExif({ IFD0: { Artist: 'Zoe' } })
          .webp()
          .toBuffer(),
      ),
    },
    { name: 'AVIF', format: 'avif', bytes: avifWith(await base().avif().toBuffer()) },
    { name: 'TIFF', format: 'tiff', bytes: tiffFile(true, [{ ...page, tags: [manifest] }]) },
    { name: 'TIFF, second page', format: 'tiff', bytes: tiffFile(false, [page, { ...page, tags: [manifest] }]) },
  ];
};
