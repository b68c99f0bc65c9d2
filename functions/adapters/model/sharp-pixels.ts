// sharp (libvips): encoded bytes -> RGB pixels of the size that the encoder wants. Runs in the decoder process only.
import sharp, { type FitEnum, type KernelEnum, type Metadata, type Sharp } from 'sharp';
import type { ImageSpec } from '../../captioner/manifest.ts';
import { type PillowFilter, pillowFit, type Rgb } from '../../captioner/pillow-resize.ts';
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

/** What is known of a file before its pixels are decoded; the size is upright, `orientation` EXIF's 1..8. */
export type PictureHead = Pick<PictureInfo, 'width' | 'height' | 'format' | 'embedded'> & { orientation: number };

const WHITE = '#ffffff';
const CHANNELS = 3;

/** Blocks all loaders but the allowed ones, and keeps libvips to one thread and no cache. Once for each process. */
export const restrictSharp = (): void => {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ALLOWED_LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
};

const headerOf = async (bytes: Uint8Array, limits: PictureLimits): Promise<Metadata> => {
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
const inSrgb = (picture: Sharp): Sharp => picture.flatten({ background: WHITE }).toColourspace('srgb').raw({ depth: 'uchar' });

/** A picture's pixels, on white and in sRGB. */
export const rawOf = async (picture: Sharp): Promise<Rgb> => {
  const { data, info } = await inSrgb(picture).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

/** Pixels that have been decoded, for libvips once more. */
export const fromRaw = ({ data, width, height }: Rgb): Sharp => sharp(data, { raw: { width, height, channels: CHANNELS } });

const isPillow = (kernel: PixelSpec['kernel']): kernel is keyof typeof PILLOW_FILTERS => Object.hasOwn(PILLOW_FILTERS, kernel);

/**
 * Reads the header only, so the pixel limit is ours to tell; no pixel is decoded here.
 * @throws PictureError EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT, TOO_MANY_PIXELS, CORRUPT
 */
export const readHead = async (bytes: Uint8Array, limits: PictureLimits): Promise<PictureHead> => {
  const format = checkBytes(bytes, limits);
  const { autoOrient, orientation = 1, xmp } = await headerOf(bytes, limits);
  return { width: autoOrient.width, height: autoOrient.height, format, embedded: embeddedTexts(xmp), orientation };
};

/** The first frame as it lies in the file. @param from its bytes, or a path with options of libvips' loader */
export const asItLies = (from: Uint8Array | string, limits: PictureLimits): Sharp =>
  sharp(from, { limitInputPixels: limits.maxPixels, failOn: 'error', sequentialRead: true, pages: 1 });

/** The first frame, upright. */
export const opened = (bytes: Uint8Array, limits: PictureLimits): Sharp => asItLies(bytes, limits).autoOrient();

const resizeBy =
  (kernel: keyof KernelEnum, { width, height, fit }: PixelSpec) =>
  (picture: Sharp): Sharp =>
    picture.resize(width, height, { fit: FITS[fit], kernel, fastShrinkOnLoad: false });

/** How libvips resizes to a spec; undefined where it is done as Pillow does it. */
export const libvipsResize = (spec: PixelSpec): ((picture: Sharp) => Sharp) | undefined =>
  isPillow(spec.kernel) ? undefined : resizeBy(KERNELS[spec.kernel], spec);

/** libvips decodes JPEG to the same bytes as Pillow, so that resizing is all that has to be done as there. A profile is applied, which Pillow does not. */
const resizedAsPillow = async (bytes: Uint8Array, filter: PillowFilter, spec: PixelSpec, limits: PictureLimits): Promise<Uint8Array> => {
  try {
    return pillowFit(await rawOf(opened(bytes, limits)), spec, filter).data;
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded', cause);
  }
};

/**
 * Large pictures are shrunk while they are decoded and turned afterwards. Enlarging is not the same from both ends (libvips places it
 * half a pixel off), so small ones are turned first: then all eight EXIF orientations have the same pixels.
 */
const resized = async (bytes: Uint8Array, { width, height }: PictureHead, spec: PixelSpec, limits: PictureLimits): Promise<Uint8Array> => {
  if (isPillow(spec.kernel)) return await resizedAsPillow(bytes, PILLOW_FILTERS[spec.kernel], spec, limits);
  const resize = resizeBy(KERNELS[spec.kernel], spec);
  const upright = opened(bytes, limits);
  try {
    if (width >= spec.width && height >= spec.height) return await inSrgb(resize(upright)).toBuffer();
    return await inSrgb(resize(fromRaw(await rawOf(upright)))).toBuffer();
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded', cause);
  }
};

/** A picture whose pixels have been resized to the spec. */
export const decodedFrom = ({ orientation: _, ...head }: PictureHead, pixels: Uint8Array, spec: PixelSpec): DecodedPicture => ({
  pixels,
  picture: { ...head, dhash: dhash(pixels, spec) },
});

/**
 * Pixels of a picture, upright (EXIF orientation applied), in sRGB on white, first frame only, resized.
 * @param known its head, where that has been read
 * @throws PictureError EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT, TOO_MANY_PIXELS, CORRUPT
 */
export const decodePicture = async (
  bytes: Uint8Array,
  spec: PixelSpec,
  limits: PictureLimits,
  known?: PictureHead,
): Promise<DecodedPicture> => {
  const head = known ?? (await readHead(bytes, limits));
  return decodedFrom(head, await resized(bytes, head, spec, limits), spec);
};
