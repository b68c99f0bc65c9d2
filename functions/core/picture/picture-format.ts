// Which format a picture has, by its first bytes and never by its name.
// Signatures: JPEG ITU T.81 B.1.1, PNG 3rd ed. 5.2, RIFF/WebP, GIF89a 17, TIFF 6.0 section 2, ISO/IEC 23008-12 brands.
import { PictureError } from '../errors.ts';
import { AVIF_BRANDS, ascii, brandsOf, HEIC_BRANDS } from './iso-brands.ts';
import { sniffVideo } from './video-format.ts';

/** Formats that are captioned. */
export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;

/** A format that is captioned. */
export type PictureFormat = (typeof FORMATS)[number];

/** Bytes from the start of a file that `sniff` needs. */
export const SNIFF_BYTES = 512;

type Refused = { refused: string };

/** Why a video is refused where only pictures are captioned. */
export const VIDEO_HINT =
  'it is a video: videos are captioned shot by shot in the container, which is off here: turn it on with -c gpu=spot (locally: --worker-model m2)';

const HEIC_HINT =
  'HEIC is not supported: its codec (HEVC) is not part of this build. Save the photo as JPEG (iPhone: Settings > Camera > Formats > Most Compatible)';
const startsWith = (bytes: Uint8Array, ...signature: number[]): boolean => signature.every((byte, i) => bytes[i] === byte);

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
  return sniffIsoMedia(bytes) ?? (sniffVideo(bytes) === undefined ? sniffText(bytes) : { refused: VIDEO_HINT });
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
