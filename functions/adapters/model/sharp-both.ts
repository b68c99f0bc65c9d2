// One decoding of a JPEG for captioner and analysis. The decoder shrinks it as far as it does for the captioner alone; from there the captioner's
// pixels are resized as ever, to the last bit, and the analysis looks at what they were resized from.
import type { Rgb } from '../../captioner/pillow-resize.ts';
import { PictureError } from '../../core/errors.ts';
import { ANALYSIS_SIDE_PX } from '../../core/facts/quality.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import type { ScratchFile } from './scratch-file.ts';
import {
  asItLies,
  type DecodedPicture,
  decodedFrom,
  decodePicture,
  fromRaw,
  libvipsResize,
  type PictureHead,
  type PixelSpec,
  rawOf,
  readHead,
} from './sharp-pixels.ts';

/** Least share of the analysis' side that the longer side of the shared pixels has; of a picture that has less, it wants its own. */
const ENOUGH_SIDE = 0.875;

/** Most shared pixels: they are held as a whole, 3 bytes each, where libvips needs a few rows. */
const MAX_SHARED_PX = 8_000_000;

/** Times a side is shrunk from which on libvips takes the mean of 3 or more px first: it leaves at least 2 for the resize. */
const MAX_TIMES = 6;

/** Shrinking factors that JPEG decoders have, and how many times smaller than the picture a target is from which libvips takes each. */
const SHRINKS = [
  { shrink: 8, from: 16 },
  { shrink: 4, from: 8 },
  { shrink: 2, from: 4 },
] as const;

/** EXIF's orientations: clockwise turns of 90 degrees, and whether it is mirrored after them. */
const TURNS: Record<number, { turns: number; isMirrored: boolean }> = {
  1: { turns: 0, isMirrored: false },
  2: { turns: 0, isMirrored: true },
  3: { turns: 2, isMirrored: false },
  4: { turns: 2, isMirrored: true },
  5: { turns: 1, isMirrored: true },
  6: { turns: 1, isMirrored: false },
  7: { turns: 3, isMirrored: true },
  8: { turns: 3, isMirrored: false },
};
const QUARTER = 90;

/** Of a picture that both have been decoded from: the captioner's part, and its upright pixels where they were shared. */
export type DecodedForBoth = { decoded: DecodedPicture; shared?: Rgb };

/** How much libvips lets the decoder shrink a JPEG for the captioner (sharp's pipeline.cc, without fastShrinkOnLoad). */
const shrinkFor = ({ width, height }: PictureHead, spec: PixelSpec): number => {
  const times = Math.min(width / spec.width, height / spec.height);
  return SHRINKS.find(({ from }) => times >= from)?.shrink ?? 1;
};

const isPowerOfTwo = (length: number): boolean => Number.isInteger(Math.log2(length));

/**
 * Whether resizing gives the same bytes however many rows libvips is handed at once. It adds up the places of rows within each strip: sums of
 * halves, quarters and so on are exact. So they are for a side that is a power of two, unless libvips first shrinks by 3 or more.
 */
const isExact = (from: number, to: number): boolean => isPowerOfTwo(to) && from < MAX_TIMES * to;

/** The shrinking of the one decoding, or undefined where each wants its own. */
const sharedShrink = (head: PictureHead, spec: PixelSpec): number | undefined => {
  const { width, height, format, orientation } = head;
  if (format !== 'jpeg' || TURNS[orientation] === undefined || (orientation !== 1 && spec.fit !== 'fill')) return undefined;
  if (width < spec.width || height < spec.height) return undefined;
  const shrink = shrinkFor(head, spec);
  if (!isExact(width / shrink, spec.width) || !isExact(height / shrink, spec.height)) return undefined;
  const isEnough = shrink === 1 || Math.max(width, height) / shrink >= ENOUGH_SIDE * ANALYSIS_SIDE_PX;
  return isEnough && (width * height) / shrink ** 2 <= MAX_SHARED_PX ? shrink : undefined;
};

const upright = async (pixels: Rgb, orientation: number): Promise<Rgb> => {
  const { turns, isMirrored } = TURNS[orientation] ?? { turns: 0, isMirrored: false };
  const turned = turns === 0 ? pixels : await rawOf(fromRaw(pixels).rotate(turns * QUARTER));
  return isMirrored ? await rawOf(fromRaw(turned).flop()) : turned;
};

/** The spec of what lies in the file as the camera held it. */
const asHeld = (spec: PixelSpec, orientation: number): PixelSpec =>
  (TURNS[orientation]?.turns ?? 0) % 2 === 0 ? spec : { ...spec, width: spec.height, height: spec.width };

type Resize = NonNullable<ReturnType<typeof libvipsResize>>;

/** Resizing before turning is how libvips does both. */
const decodedOnce = async (from: Uint8Array | string, head: PictureHead, resize: Resize, limits: PictureLimits): Promise<[Rgb, Rgb]> => {
  try {
    const pixels = await rawOf(asItLies(from, limits));
    const small = await rawOf(resize(fromRaw(pixels)));
    return [await upright(small, head.orientation), await upright(pixels, head.orientation)];
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded', cause);
  }
};

/** What the decoder reads: libvips takes a shrinking factor with a path only. */
const sourceFor = (bytes: Uint8Array, shrink: number, scratch: ScratchFile | undefined): Uint8Array | string | undefined => {
  if (shrink === 1) return bytes;
  const path = scratch?.hold(bytes);
  return path && `${path}[shrink=${shrink}]`;
};

/**
 * The captioner's part as `decodePicture` has it, and the pixels for the analysis where one decoding serves both.
 * @param scratch where the decoder can read the file from; without it only small pictures are decoded once
 * @throws PictureError as `decodePicture`
 */
export const decodeForBoth = async (
  bytes: Uint8Array,
  spec: PixelSpec,
  limits: PictureLimits,
  scratch: ScratchFile | undefined,
): Promise<DecodedForBoth> => {
  const head = await readHead(bytes, limits);
  const resize = libvipsResize(asHeld(spec, head.orientation));
  const shrink = resize && sharedShrink(head, spec);
  const from = shrink === undefined ? undefined : sourceFor(bytes, shrink, scratch);
  if (resize === undefined || from === undefined) return { decoded: await decodePicture(bytes, spec, limits, head) };
  try {
    const [small, shared] = await decodedOnce(from, head, resize, limits);
    return { decoded: decodedFrom(head, small.data, spec), shared };
  } finally {
    scratch?.clear();
  }
};
