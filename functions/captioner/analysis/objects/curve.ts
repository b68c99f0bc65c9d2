// Scores of a detector as probabilities: a logistic curve (Platt 1999), fitted on photos that it has not learned from.

/** Scores are kept this far from 0 and 1, where the logit has no end. */
const EDGE = 1e-4;

/** A fitted curve over scores: sigmoid(scale * logit(score) + shift). */
export const curveAt = (score: number, { scale, shift }: { readonly scale: number; readonly shift: number }): number => {
  const kept = Math.min(1 - EDGE, Math.max(EDGE, score));
  return 1 / (1 + Math.exp(-scale * Math.log(kept / (1 - kept)) - shift));
};
