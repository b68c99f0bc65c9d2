// Pictures that tests make: a small asymmetric one, one with every EXIF orientation, and files that look like pictures.
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Width and height of `corners`. */
export const CORNERS = { width: 48, height: 32 };

/** uint8 [32, 48, 3]: a colour for each corner over a slope, so that no turn or mirror looks like another. */
export const corners = (): Uint8Array => {
  const { width, height } = CORNERS;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      pixels.set(
        [x < width / 2 ? 220 : 40, y < height / 2 ? 200 : 30, Math.round((255 * (x + 2 * y)) / (width + 2 * height))],
        (y * width + x) * 3,
      );
    }
  }
  return pixels;
};

type Raw = { data: Uint8Array; width: number; height: number };

/** The pixel that is stored at (x, y) when a camera writes an upright picture with this EXIF orientation. */
const STORED: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, w) => [w - 1 - y, x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, _, h) => [y, h - 1 - x],
};

const QUARTER_TURNS_FROM = 5;

const turned = (upright: Raw, orientation: number): Raw => {
  const swapped = orientation >= QUARTER_TURNS_FROM;
  const [width, height] = swapped ? [upright.height, upright.width] : [upright.width, upright.height];
  const data = new Uint8Array(upright.data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fromX, fromY] = STORED[orientation]?.(x, y, upright.width, upright.height) ?? [0, 0];
      const from = (fromY * upright.width + fromX) * 3;
      data.set(upright.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { data, width, height };
};

/** The upright picture as a camera with this EXIF orientation (1 to 8) stores it: a lossless WebP. */
export const withOrientation = async (upright: Raw, orientation: number): Promise<Uint8Array> => {
  const { data, width, height } = turned(upright, orientation);
  return await sharp(data, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .webp({ lossless: true })
    .toBuffer();
};

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
};

/** A PNG whose header announces this size; its grey pixels are all black, and as many rows as fit are there. */
export const pngOfSize = (width: number, height: number): Buffer => {
  const MAX_ROWS_BYTES = 64 * 1024 * 1024;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample; colour type 0 is grey
  const rows = Buffer.alloc(Math.min((width + 1) * height, MAX_ROWS_BYTES));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
};

/** The first bytes of a HEIC photo as phones write it. */
export const heicStart = (): Buffer => Buffer.from('\0\0\0\u0018ftypheic\0\0\0\0mif1heic', 'latin1');
