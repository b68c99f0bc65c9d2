// Dense captions: the captioner's own sentence about each of the largest things that were found (Johnson et al., CVPR 2016, name the task).
// The parts come from the detector instead of being learned; a part about which the captioner is silent is left out.
import type { Caption } from '../../../core/caption.ts';
import type { Box, DenseCaption } from '../../../core/facts/facts.ts';
import type { AnalysisPixels, AnalysisStage } from '../stage.ts';
import { chooseRegions } from './choose-regions.ts';
import { cropPixels } from './crop.ts';

/** Captions cut-out pixels of any size, one caption for each, in order; `by` is name@version of its package. */
export type CropCaptioner = { readonly by: string; caption(crops: readonly AnalysisPixels[]): Promise<Caption[]> };

const denseOf = (caption: Caption | undefined, box: Box): DenseCaption[] => {
  if (caption?.status !== 'captioned') return [];
  const { text, confidence, calibrated } = caption;
  return [{ text, confidence, ...(calibrated === false && { calibrated }), box }];
};

/** The stage `dense`; it needs `objects` to have run, and finds nothing where no objects are known. */
export const denseStage = (captioner: CropCaptioner): AnalysisStage => ({
  stage: 'dense',
  by: captioner.by,
  async run({ pixels, size, found }) {
    const boxes = chooseRegions(found.objects ?? [], size);
    if (boxes.length === 0) return { dense: [] };
    const captions = await captioner.caption(boxes.map((box) => cropPixels(pixels, box)));
    const dense = boxes.flatMap((box, i) => denseOf(captions[i], box));
    return { dense: dense.filter(({ text }, i) => dense.findIndex((other) => other.text === text) === i) };
  },
});
