// Which format a picture has, by its first bytes and never by its name.
// Signatures: JPEG ITU T.81 B.1.1, PNG 3rd ed. 5.2, RIFF/WebP, GIF89a 17, TIFF 6.0 section 2, ISO/IEC 23008-12 brands.
import { PictureError } from '../errors.ts';

/** Formats that are captioned. */
export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;

/** A format that is captioned. */
export type PictureFormat = (typeof FORMATS)[number];

/** Bytes from the start of a file that `sniff` needs. */
export const SNIFF_BYTES = 512;

type Refused = { refused: string };

const HEIC_HINT =
  'HEIC is not supported: its codec (HEVC) is not part of this build. Save the photo as JPEG (iPhone: Settings > Camera > Formats > Most Compatible)';
const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'];

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)));

const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean => signature.every((byte, i) => bytes[i] === byte);

/** Brands of an ISO base media file: the major one, then the compatible ones. */
const brandsOf = (bytes: Uint8Array): string[] => {
  if (ascii(bytes, 4, 8) !== 'ftyp') return [];
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const brands = [ascii(bytes, 8, 12)];
  for (let at = 16; at + 4 <= Math.min(size, bytes.length); at += 4) brands.push(ascii(bytes, at, at + 4));
  return brands;
};

const sniffIsoMedia = (bytes: Uint8Array): PictureFormat | Refused | undefined => {
  const brands = brandsOf(bytes);
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return { refused: HEIC_HINT };
  return undefined;
};

const sniffText = (bytes: Uint8Array): Refused | undefined => {
  const start = ascii(bytes, 0, SNIFF_BYTES)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  return start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg')) || /^<!DOCTYPE svg/i.test(start)
    ? { refused: 'SVG is a drawing program, not a photo, and is refused' }
    : undefined;
};

/** The format, a known format that is refused, or undefined for what is no picture we know. */
export const sniff = (bytes: Uint8Array): PictureFormat | Refused | undefined => {
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6))) return 'gif';
  if (startsWith(bytes, 0x49, 0x49, 0x2a, 0) || startsWith(bytes, 0x4d, 0x4d, 0, 0x2a)) return 'tiff';
  if (startsWith(bytes, 0x49, 0x49, 0x2b, 0) || startsWith(bytes, 0x4d, 0x4d, 0, 0x2b)) return 'tiff';
  return sniffIsoMedia(bytes) ?? sniffText(bytes);
};

/**
 * The format of a picture that may be decoded.
 * @throws PictureError EMPTY for no bytes, UNSUPPORTED_FORMAT with a hint for everything else that is not captioned.
 */
export const requireFormat = (bytes: Uint8Array): PictureFormat => {
  if (bytes.length === 0) throw new PictureError('EMPTY', 'the file has no bytes');
  const found = sniff(bytes);
  if (typeof found === 'string') return found;
  throw new PictureError('UNSUPPORTED_FORMAT', found?.refused ?? `not a picture of a known format (${FORMATS.join(', ')})`);
};
