// Photos for measuring: the samples, and one of them enlarged to the 12 megapixels of a phone's photo.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { EncodedPicture } from '../../functions/core/caption.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/photos/', import.meta.url));
const PHONE = { width: 4_000, height: 3_000, quality: 92 };

/** The sample photos. */
export const samplePhotos = async (): Promise<EncodedPicture[]> => {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.jpg')).toSorted();
  return await Promise.all(names.map(async (name) => ({ bytes: await readFile(`${FOLDER}${name}`) })));
};

/** A JPEG of 4,000 x 3,000 px with grain, about as large as a phone writes it. */
export const phonePhoto = async (): Promise<EncodedPicture> => {
  const { width, height, quality } = PHONE;
  const noise = { width, height, channels: 3 as const, background: '#000', noise: { type: 'gaussian' as const, mean: 128, sigma: 12 } };
  const grain = await sharp({ create: noise }).png({ compressionLevel: 1 }).toBuffer();
  const photo = sharp(`${FOLDER}raccoon.jpg`).resize(width, height);
  return {
    bytes: await photo
      .composite([{ input: grain, blend: 'soft-light' }])
      .jpeg({ quality })
      .toBuffer(),
  };
};

const COMMENT_MARKER = Buffer.of(0xff, 0xfe);
const START_BYTES = 2;

/** The same picture in other bytes: a JPEG comment that says `words` follows its start, so no digest that is known fits. */
export const withComment = ({ bytes }: EncodedPicture, words: string): Buffer => {
  const comment = Buffer.from(words);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(comment.length + length.length);
  return Buffer.concat([bytes.subarray(0, START_BYTES), COMMENT_MARKER, length, comment, bytes.subarray(START_BYTES)]);
};
