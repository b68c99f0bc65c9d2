// The ground that colours and quality are measured on: small copy, rim, background and subject of the picture.
import type { AnalysisPixels } from '../stage.ts';
import { backgroundOf, type Rim, rimOf } from './background.ts';
import { type SmallLab, smallLab } from './small-lab.ts';
import { type Subject, subjectOf } from './subject.ts';

/** `background` (uint8 [height, width] of the small copy, 1 where it is) where the rim is even, `subject` where something is before it. */
export type Ground = { small: SmallLab; rim: Rim; background?: Uint8Array; subject?: Subject };

/** Two stages ask about the same pixels, one after the other; what was found goes with the pixels. */
const known = new WeakMap<AnalysisPixels, Ground>();

const measured = (pixels: AnalysisPixels): Ground => {
  const small = smallLab(pixels);
  const rim = rimOf(small);
  const background = backgroundOf(small, rim);
  const subject = background && subjectOf(background, small);
  return { small, rim, ...(background && { background }), ...(subject && { subject }) };
};

/** The ground of a picture whose pixels do not change any more. */
export const groundOf = (pixels: AnalysisPixels): Ground => {
  const ground = known.get(pixels) ?? measured(pixels);
  known.set(pixels, ground);
  return ground;
};
