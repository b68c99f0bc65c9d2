// sharp (libvips): encoded bytes -> RGB pixels of the size that the encoder wants. Runs in the decoder process only.
import sharp, { type FitEnum, type KernelEnum, type Metadata, type Sharp } from 'sharp';
import type { ImageSpec } from '../../captioner/manifest.ts';
import { type PillowFilter, pillowFit } from '../../captioner/pillow-resize.ts';
import type { PictureInfo } from '../../core/caption.ts';
import { PictureError } from '../../core/errors.ts';
import { dhash } from '../../core/picture/dhash.ts';
import { checkBytes, checkSize } from '../../core/picture/picture-checks.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { embeddedTexts } from './xmp.ts';

/** The size and the way of resizing, as a manifest names them. */
export type PixelSpec = Pick<ImageSpec, 'width' | 'height' | 'fit' | 'kernel'>;

/** A decoded picture: uint8 [height, width, 3] of the spec's size, and what the file says about itself. */
export type DecodedPicture = { pixels: Uint8Array; picture: PictureInfo };

/** libvips loaders that may run; every other one is blocked (SVG, PDF, raw matrices, ImageMagick, ...). */
const ALLOWED_LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((name) => `VipsForeignLoad${name}`);
const FITS = { fill: 'fill', cover: 'cover' } as const satisfies Record<string, keyof FitEnum>;
const KERNELS = { linear: 'linear', cubic: 'cubic', lanczos3: 'lanczos3' } as const satisfies Record<string, keyof KernelEnum>;
const PILLOW_FILTERS = {
  'pillow-bilinear': 'bilinear',
  'pillow-bicubic': 'bicubic',
  'pillow-lanczos': 'lanczos',
} as const satisfies Record<string, PillowFilter>;

type Size = { width: number; height: number };

const WHITE = '#ffffff';

/** Blocks all loaders but the allowed ones, and keeps libvips to one thread and no cache. Once for each process. */
export const restrictSharp = (): void => {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ALLOWED_LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
};

/** Reads the header only, so the pixel limit is ours to tell; no pixel is decoded here. */
const readHeader = async (bytes: Uint8Array, limits: PictureLimits): Promise<Metadata> => {
  let header: Metadata;
  try {
    header = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its header cannot be read', cause);
  }
  checkSize(header.width, header.height, limits);
  return header;
};

/** On white, in sRGB, as raw bytes. */
export const inSrgb = (picture: Sharp): Sharp => picture.flatten({ background: WHITE }).toColourspace('srgb').raw({ depth: 'uchar' });

const isPillow = (kernel: PixelSpec['kernel']): kernel is keyof typeof PILLOW_FILTERS => Object.hasOwn(PILLOW_FILTERS, kernel);

/** The first frame, upright. */
export const opened = (bytes: Uint8Array, limits: PictureLimits): Sharp =>
  sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: 'error', sequentialRead: true, pages: 1 }).autoOrient();

/** libvips decodes JPEG to the same bytes as Pillow, so that resizing is all that has to be done as there. A profile is applied, which Pillow does not. */
const resizedAsPillow = async (bytes: Uint8Array, filter: PillowFilter, spec: PixelSpec, limits: PictureLimits): Promise<Uint8Array> => {
  try {
    const { data, info } = await inSrgb(opened(bytes, limits)).toBuffer({ resolveWithObject: true });
    return pillowFit({ data, width: info.width, height: info.height }, spec, filter).data;
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded', cause);
  }
};

/**
 * Large pictures are shrunk while they are decoded and turned afterwards. Enlarging is not the same from both ends (libvips places it
 * half a pixel off), so small ones are turned first: then all eight EXIF orientations have the same pixels.
 */
const resized = async (bytes: Uint8Array, size: Size, spec: PixelSpec, limits: PictureLimits): Promise<Uint8Array> => {
  if (isPillow(spec.kernel)) return await resizedAsPillow(bytes, PILLOW_FILTERS[spec.kernel], spec, limits);
  const kernel = KERNELS[spec.kernel];
  const resize = (picture: Sharp): Sharp =>
    picture.resize(spec.width, spec.height, { fit: FITS[spec.fit], kernel, fastShrinkOnLoad: false });
  const upright = opened(bytes, limits);
  try {
    if (size.width >= spec.width && size.height >= spec.height) return await inSrgb(resize(upright)).toBuffer();
    const { data, info } = await inSrgb(upright).toBuffer({ resolveWithObject: true });
    return await inSrgb(resize(sharp(data, { raw: info }))).toBuffer();
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded', cause);
  }
};

/**
 * Pixels of a picture, upright (EXIF orientation applied), in sRGB on white, first frame only, resized.
 * @throws PictureError EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT, TOO_MANY_PIXELS, CORRUPT
 */
export const decodePicture = async (bytes: Uint8Array, spec: PixelSpec, limits: PictureLimits): Promise<DecodedPicture> => {
  const format = checkBytes(bytes, limits);
  const { autoOrient, xmp } = await readHeader(bytes, limits);
  const size = { width: autoOrient.width, height: autoOrient.height };
  const pixels = await resized(bytes, size, spec, limits);
  return { pixels, picture: { ...size, format, dhash: dhash(pixels, spec), embedded: embeddedTexts(xmp) } };
};
