import { describe, expect, it } from 'vitest';
import type { Hypothesis } from '../../../functions/captioner/beam.ts';
import { confidenceOf, featuresOf } from '../../../functions/captioner/confidence.ts';

const END = 1;
const isContent = (token: number): boolean => token >= 6;

const sentence = (tokens: number[], logProbs: number[], score = 0): Hypothesis => ({
  tokens,
  logProbs,
  rows: [],
  sum: logProbs.reduce((total, logProb) => total + logProb, 0),
  score,
  finished: true,
});

describe('confidence', () => {
  const best = sentence([4, 6, 7, END], [-0.1, -0.5, -1.5, -0.3], -0.8);

  it('measures the best sentence over all tokens and over content words', () => {
    const features = featuresOf([best], isContent);
    expect(features.meanLogProb).toBeCloseTo(-0.6, 12);
    expect(features).toMatchObject({ minLogProb: -1.5, length: 4, minContentLogProb: -1.5, meanContentLogProb: -1 });
    expect(features).toMatchObject({ marginToSecond: 0, beamAgreement: 1 });
  });

  it('measures how far the others are and how much they agree', () => {
    const others = [sentence([6, 8, END], [-1, -1, -1], -1), sentence([6, 7, END], [-1, -1, -1], -1.2)];
    const features = featuresOf([best, ...others], isContent);
    expect(features.marginToSecond).toBeCloseTo(0.2, 12);
    expect(features.beamAgreement).toBeCloseTo((1 / 3 + 1) / 2, 12);
  });

  it('is 0 where there is nothing to measure', () => {
    const nothing = featuresOf([sentence([], [], Number.NEGATIVE_INFINITY), sentence([], [], Number.NEGATIVE_INFINITY)], isContent);
    expect(nothing).toMatchObject({ meanLogProb: 0, minLogProb: 0, minContentLogProb: 0, marginToSecond: 0, beamAgreement: 1 });
    expect(() => featuresOf([], isContent)).toThrow(RangeError);
  });

  it('is a logistic function of the named features', () => {
    const features = featuresOf([best], isContent);
    expect(confidenceOf(features, { kind: 'logistic', features: [], weights: [], bias: 0 })).toBe(0.5);
    const confidence = confidenceOf(features, { kind: 'logistic', features: ['length', 'minLogProb'], weights: [0.5, 1], bias: -1 });
    expect(confidence).toBeCloseTo(1 / (1 + Math.exp(-(-1 + 2 - 1.5))), 12);
  });

  it('is the geometric mean of the probabilities where nothing was fitted', () => {
    expect(confidenceOf(featuresOf([best], isContent), { kind: 'meanProbability' })).toBeCloseTo(Math.exp(-0.6), 12);
    expect(confidenceOf(featuresOf([sentence([], [])], isContent), { kind: 'meanProbability' })).toBe(0);
  });
});
