// Which video a file is, by its first bytes and never by its name.
// Signatures: ISO/IEC 14496-12 `ftyp` brands (MP4, QuickTime), EBML header of Matroska (RFC 8794, RFC 9559) with the document type "webm".
import { AVIF_BRANDS, ascii, brandsOf, HEIC_BRANDS } from './iso-brands.ts';
import type { PictureFormat } from './picture-format.ts';

/** Videos that are captioned, shot by shot, where the container tier runs. */
export const VIDEO_FORMATS = ['mp4', 'webm'] as const;

/** An entry of `VIDEO_FORMATS`. */
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** What can be uploaded. */
export type MediaFormat = PictureFormat | VideoFormat;

const EBML = [0x1a, 0x45, 0xdf, 0xa3];
const DOCUMENT_TYPE = 'webm';

/** The document type stands within the header, which is this long at most here. */
const EBML_HEADER_BYTES = 64;

/** Major brands of the same form without a moving picture: sound (MP4 Registration Authority), and Canon's raw photos. */
const OTHER_BRANDS: readonly string[] = ['M4A ', 'M4B ', 'M4P ', 'aax ', 'crx '];

const isPicture = (brand: string): boolean => AVIF_BRANDS.includes(brand) || HEIC_BRANDS.includes(brand);

/** The format of a video; undefined for pictures and for everything else. */
export const sniffVideo = (bytes: Uint8Array): VideoFormat | undefined => {
  if (EBML.every((byte, i) => bytes[i] === byte)) return ascii(bytes, 0, EBML_HEADER_BYTES).includes(DOCUMENT_TYPE) ? 'webm' : undefined;
  const brands = brandsOf(bytes);
  const [major] = brands;
  return major === undefined || OTHER_BRANDS.includes(major) || brands.some(isPicture) ? undefined : 'mp4';
};

/** Whether a format is a video's; undefined before anything is known. */
export const isVideo = (format: MediaFormat | undefined): format is VideoFormat => VIDEO_FORMATS.some((one) => one === format);

/** The media type of a format (RFC 9694: image/ or video/). */
export const mediaTypeOf = (format: MediaFormat): string => `${isVideo(format) ? 'video' : 'image'}/${format}`;
