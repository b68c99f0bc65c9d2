// How sure a caption is: named numbers of the winning hypothesis, and a logistic function of some of them.
// The weights are fitted on the validation split and stand in the manifest.
import type { Hypothesis } from './beam.ts';

/** Names of the numbers that a manifest may use. Log probabilities are natural logarithms. */
export const FEATURES = [
  'meanLogProb',
  'minLogProb',
  'sumLogProb',
  'length',
  'minContentLogProb',
  'meanContentLogProb',
  'marginToSecond',
  'beamAgreement',
] as const;

/** A named number of a hypothesis. */
export type Features = Record<(typeof FEATURES)[number], number>;

/** Which tokens are neither function words nor the end token. */
export type IsContent = (token: number) => boolean;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
const mean = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : sum(numbers) / numbers.length);
const minimum = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : Math.min(...numbers));

/** Shared part of two sets of content words, 0..1; two empty sets agree. */
const jaccard = (a: ReadonlySet<number>, b: ReadonlySet<number>): number => {
  const union = new Set([...a, ...b]).size;
  return union === 0 ? 1 : [...a].filter((token) => b.has(token)).length / union;
};

/** The features of the best of `ranked` (best first; at least one). */
export const featuresOf = (ranked: readonly Hypothesis[], isContent: IsContent): Features => {
  const [best, ...others] = ranked;
  if (best === undefined) throw new RangeError('Expected at least one hypothesis but received none');
  const contentLogProbs = best.logProbs.filter((_, i) => isContent(best.tokens[i] ?? -1));
  const words = ranked.map(({ tokens }) => new Set(tokens.filter(isContent)));
  const bestWords = words[0] ?? new Set<number>();
  const second = others[0];
  return {
    meanLogProb: mean(best.logProbs),
    minLogProb: minimum(best.logProbs),
    sumLogProb: best.sum,
    length: best.tokens.length,
    minContentLogProb: minimum(contentLogProbs),
    meanContentLogProb: mean(contentLogProbs),
    marginToSecond: second === undefined || !Number.isFinite(second.score) ? 0 : best.score - second.score,
    beamAgreement: others.length === 0 ? 1 : mean(words.slice(1).map((other) => jaccard(bestWords, other))),
  };
};

/** What the manifest says about confidence. */
export type ConfidenceSpec =
  | { kind: 'logistic'; features: readonly (keyof Features)[]; weights: readonly number[]; bias: number }
  | { kind: 'meanProbability' };

/** The mean probability of the tokens; of none it is 0. */
const meanProbability = ({ length, meanLogProb }: Features): number => (length === 0 ? 0 : Math.exp(meanLogProb));

/** The probability, 0..1, that the caption is right; of kind `meanProbability` it is not calibrated. */
export const confidenceOf = (features: Features, spec: ConfidenceSpec): number =>
  spec.kind === 'meanProbability'
    ? meanProbability(features)
    : 1 / (1 + Math.exp(-(spec.bias + sum(spec.features.map((name, i) => (spec.weights[i] ?? 0) * features[name])))));
