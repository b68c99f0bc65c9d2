// The stage that measures how the picture is as a picture: core/facts/quality.ts says what each value means.
import { hexOfLab, type Lab, WHITE } from '../../../core/facts/colour-space.ts';
import { deltaE2000 } from '../../../core/facts/delta-e.ts';
import type { Box } from '../../../core/facts/facts.ts';
import type { Quality } from '../../../core/facts/quality.ts';
import { type Ground, groundOf } from '../ground/ground.ts';
import type { AnalysisStage, StageInput } from '../stage.ts';
import { borderOf } from './border.ts';
import { exposureOf } from './exposure.ts';
import { lumaOf, sharpnessOf, spreadOf } from './luma.ts';
import { watermarkOf } from './watermark.ts';

const BY = 'quality@2';
const CHANNELS = 3;
const WHOLE: Box = [0, 0, 1, 1];
const DIGITS = 1e4;

const rounded = (value: number): number => Math.round(value * DIGITS) / DIGITS;

const whiteDelta = ({ small: { lab }, rim: { places } }: Ground): number => {
  const colour = (place: number): Lab => [lab[place * CHANNELS] ?? 0, lab[place * CHANNELS + 1] ?? 0, lab[place * CHANNELS + 2] ?? 0];
  return places.reduce((sum, place) => sum + deltaE2000(colour(place), WHITE), 0) / places.length;
};

/** All measured values of a picture. */
export const qualityOf = ({ pixels, encoding }: Pick<StageInput, 'pixels' | 'encoding'>): Quality => {
  const ground = groundOf(pixels);
  const { small, rim, background, subject } = ground;
  const luma = lumaOf(pixels);
  const { mean, deviation } = spreadOf(luma);
  const { underexposed, overexposed } = exposureOf(pixels, luma, small, background);
  return {
    sharpness: rounded(sharpnessOf(luma, subject?.box ?? WHOLE)),
    brightness: rounded(mean),
    contrast: rounded(deviation),
    underexposed: rounded(underexposed),
    overexposed: rounded(overexposed),
    background: { share: rounded(rim.share), colour: hexOfLab(rim.lab), whiteDeltaE: rounded(whiteDelta(ground)) },
    ...(subject && { subject: { share: rounded(subject.share), box: subject.box } }),
    border: borderOf(pixels),
    ...(encoding.jpegQuality !== undefined && { jpegQuality: encoding.jpegQuality }),
    watermark: rounded(watermarkOf(luma)),
    hasAlpha: encoding.hasAlpha,
  };
};

/** The stage `quality`. */
export const qualityStage = (): AnalysisStage => ({
  stage: 'quality',
  by: BY,
  run: async (input) => ({ quality: qualityOf(input) }),
});
