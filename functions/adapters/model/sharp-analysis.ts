// sharp (libvips): encoded bytes -> the larger pixels that the stages of the analysis look at. Runs in the decoder process only.
import sharp, { type Sharp } from 'sharp';
import type { AnalysisPixels, Encoding } from '../../captioner/analysis/stage.ts';
import { PictureError } from '../../core/errors.ts';
import { ANALYSIS_SIDE_PX } from '../../core/facts/quality.ts';
import { jpegQuality } from '../../core/picture/jpeg-quality.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { fromRaw, opened, rawOf } from './sharp-pixels.ts';

/** What the analysis is given of a picture; `ms` is what that took after the captioner's pixels. */
export type AnalysisPicture = { pixels: AnalysisPixels; encoding: Encoding; ms: number };

const encodingOf = async (bytes: Uint8Array): Promise<Encoding> => {
  const { hasAlpha } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const quality = jpegQuality(bytes);
  return { hasAlpha, ...(quality !== undefined && { jpegQuality: quality }) };
};

const scaledDown = (picture: Sharp): Sharp =>
  picture.resize(ANALYSIS_SIDE_PX, ANALYSIS_SIDE_PX, { fit: 'inside', kernel: 'linear', withoutEnlargement: true });

const pixelsOf = async (bytes: Uint8Array, limits: PictureLimits, decoded: AnalysisPixels | undefined): Promise<AnalysisPixels> => {
  if (decoded !== undefined && Math.max(decoded.width, decoded.height) <= ANALYSIS_SIDE_PX) return decoded;
  const picture = decoded === undefined ? opened(bytes, limits) : fromRaw(decoded);
  return await rawOf(scaledDown(picture));
};

/**
 * Upright sRGB on white, first frame only, scaled down to a longest side of ANALYSIS_SIDE_PX and never up.
 * @param bytes of a picture that `decodePicture` could decode
 * @param decoded its upright pixels, where they are at hand (sharp-both.ts); else a JPEG is shrunk while it is decoded as far as that goes
 * @throws PictureError CORRUPT
 */
export const decodeForAnalysis = async (bytes: Uint8Array, limits: PictureLimits, decoded?: AnalysisPixels): Promise<AnalysisPicture> => {
  const began = performance.now();
  try {
    const pixels = await pixelsOf(bytes, limits, decoded);
    return { pixels, encoding: await encodingOf(bytes), ms: performance.now() - began };
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded for the analysis', cause);
  }
};
