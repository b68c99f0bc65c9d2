// Rules that a picture must pass before and after its header was read.
import { PictureError } from '../errors.ts';
import { type PictureFormat, requireFormat } from './picture-format.ts';
import type { PictureLimits } from './picture-limits.ts';

const MEGA = 1_000_000;
const BYTES_PER_MIB = 1024 * 1024;
const mib = (bytes: number): string => (bytes / BYTES_PER_MIB).toFixed(1);

/**
 * Refuses a file by its size alone, so that a huge one is never read.
 * @throws PictureError EMPTY, TOO_MANY_BYTES
 */
export const checkByteCount = (bytes: number, limits: Pick<PictureLimits, 'maxBytes'>): void => {
  if (bytes === 0) throw new PictureError('EMPTY', 'the file has no bytes');
  if (bytes > limits.maxBytes) {
    throw new PictureError('TOO_MANY_BYTES', `${mib(bytes)} MiB is more than the limit of ${mib(limits.maxBytes)} MiB`);
  }
};

/**
 * Checks size and format of the encoded bytes.
 * @throws PictureError EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT
 */
export const checkBytes = (bytes: Uint8Array, limits: PictureLimits): PictureFormat => {
  checkByteCount(bytes.length, limits);
  return requireFormat(bytes);
};

/**
 * Checks the size in pixels that the header announces, before any pixel is decoded.
 * @throws PictureError TOO_MANY_PIXELS
 */
export const checkSize = (width: number, height: number, limits: PictureLimits): void => {
  const size = `${width} x ${height} px`;
  if (Math.max(width, height) > limits.maxSidePx) {
    throw new PictureError('TOO_MANY_PIXELS', `${size} has a side longer than ${limits.maxSidePx} px`);
  }
  if (width * height > limits.maxPixels) {
    throw new PictureError('TOO_MANY_PIXELS', `${size} is more than ${limits.maxPixels / MEGA} megapixels`);
  }
};
