// sharp (libvips): encoded bytes -> RGB pixels of the size that the encoder wants. Runs in the decoder process only.
import sharp, { type FitEnum, type KernelEnum } from 'sharp';
import { PictureError } from '../core/errors.ts';
import { checkBytes, checkSize } from '../core/picture-checks.ts';
import type { PictureLimits } from '../core/picture-limits.ts';

/** The size and the way of resizing, as a manifest names them. */
export type PixelSpec = { width: number; height: number; fit: 'fill' | 'cover'; kernel: 'linear' | 'cubic' | 'lanczos3' };

/** libvips loaders that may run; every other one is blocked (SVG, PDF, raw matrices, ImageMagick, ...). */
const ALLOWED_LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((name) => `VipsForeignLoad${name}`);
const FITS = { fill: 'fill', cover: 'cover' } as const satisfies Record<string, keyof FitEnum>;
const KERNELS = { linear: 'linear', cubic: 'cubic', lanczos3: 'lanczos3' } as const satisfies Record<string, keyof KernelEnum>;
const WHITE = '#ffffff';

/** Blocks all loaders but the allowed ones, and keeps libvips to one thread and no cache. Once for each process. */
export const restrictSharp = (): void => {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ALLOWED_LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
};

/** Reads the header only, so the pixel limit is ours to tell; no pixel is decoded here. */
const checkHeader = async (bytes: Uint8Array, limits: PictureLimits): Promise<void> => {
  let header: { width: number; height: number };
  try {
    header = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its header cannot be read', cause);
  }
  checkSize(header.width, header.height, limits);
};

/**
 * Pixels of a picture, upright (EXIF orientation applied), in sRGB on white, first frame only, resized.
 * @returns uint8 [height, width, 3]
 * @throws PictureError EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT, TOO_MANY_PIXELS, CORRUPT
 */
export const toPixels = async (bytes: Uint8Array, spec: PixelSpec, limits: PictureLimits): Promise<Uint8Array> => {
  checkBytes(bytes, limits);
  await checkHeader(bytes, limits);
  try {
    return await sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: 'error', sequentialRead: true, pages: 1 })
      .autoOrient()
      .resize(spec.width, spec.height, { fit: FITS[spec.fit], kernel: KERNELS[spec.kernel], fastShrinkOnLoad: false })
      .flatten({ background: WHITE })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded', cause);
  }
};
