// sharp (libvips): encoded bytes -> the larger pixels that the stages of the analysis look at. Runs in the decoder process only.
import sharp from 'sharp';
import type { AnalysisPixels, Encoding } from '../../captioner/analysis/stage.ts';
import { PictureError } from '../../core/errors.ts';
import { ANALYSIS_SIDE_PX } from '../../core/facts/quality.ts';
import { jpegQuality } from '../../core/picture/jpeg-quality.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { inSrgb, opened } from './sharp-pixels.ts';

/** What the analysis is given of a picture; `ms` is what decoding it a second time took. */
export type AnalysisPicture = { pixels: AnalysisPixels; encoding: Encoding; ms: number };

const encodingOf = async (bytes: Uint8Array): Promise<Encoding> => {
  const { hasAlpha } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const quality = jpegQuality(bytes);
  return { hasAlpha, ...(quality !== undefined && { jpegQuality: quality }) };
};

/**
 * Upright sRGB on white, first frame only, scaled down to a longest side of ANALYSIS_SIDE_PX and never up. A JPEG is shrunk while it is
 * decoded as far as that goes, which the captioner's pixels are not: those must stay as they are.
 * @param bytes of a picture that `decodePicture` could decode
 * @throws PictureError CORRUPT
 */
export const decodeForAnalysis = async (bytes: Uint8Array, limits: PictureLimits): Promise<AnalysisPicture> => {
  const began = performance.now();
  try {
    const resized = opened(bytes, limits).resize(ANALYSIS_SIDE_PX, ANALYSIS_SIDE_PX, {
      fit: 'inside',
      kernel: 'linear',
      withoutEnlargement: true,
    });
    const { data, info } = await inSrgb(resized).toBuffer({ resolveWithObject: true });
    const encoding = await encodingOf(bytes);
    return { pixels: { data, width: info.width, height: info.height }, encoding, ms: performance.now() - began };
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its pixels cannot be decoded for the analysis', cause);
  }
};
