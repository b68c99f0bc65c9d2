// How the picture is as a picture: what publishing rules measure. Measured on the upright picture, scaled down to at most ANALYSIS_SIDE_PX.
import type { Box } from './facts.ts';

/** Longest side of the pixels that are analysed, in px. */
export const ANALYSIS_SIDE_PX = 1024;

/** Measured values. Shares are 0..1 of the picture's area. */
export type Quality = {
  /** variance of the Laplacian of the luma, at nearly ANALYSIS_SIDE_PX (less for small pictures), inside the subject's box where there is one; small: blurred */
  sharpness: number;
  /** mean luma, 0..255 */
  brightness: number;
  /** standard deviation of the luma, 0..127.5 */
  contrast: number;
  /** share of clipped shadows and highlights that are not background */
  underexposed: number;
  overexposed: number;
  /** of the rim of the picture: the share that is of one colour, that colour in hex, and that part's mean distance from pure white (delta E 2000) */
  background: { share: number; colour: string; whiteDeltaE: number };
  /** what is not background: its share of the area, and the box around it; absent when no even background was found */
  subject?: { share: number; box: Box };
  /** widths of even borders in fractions of the side: left, top, right, bottom */
  border: readonly [number, number, number, number];
  /** estimated quality of the JPEG's quantisation tables, 1..100 */
  jpegQuality?: number;
  /** 0..1, how much a faint regular overlay is suspected */
  watermark?: number;
  hasAlpha: boolean;
};
