import { expect, it, describe as suite } from 'vitest';
import type { Hypothesis } from '../../../functions/captioner/beam.ts';
import { describe } from '../../../functions/captioner/describe.ts';
import { nounsFrom } from '../../../functions/captioner/generalise.ts';
import { vocabularyWords } from '../../../functions/captioner/vocabulary.ts';
import { fakeManifest } from '../../support/fake-graphs.ts';

const VOCABULARY = ['<pad>', '<end>', '<unk>', '<coco>', 'a', 'of', 'owl', 'dog', 'runs'];
const NOUNS = nounsFrom({ general: { owl: ['animal'], dog: ['animal'] }, plural: {} });
const CIRCUMSTANCES = { style: 'coco', output: 'sentence' as const, nBest: 2, ms: { decode: 0, encode: 1, steps: 2 } };

const sentence = (tokens: number[], probability: number, score = -1): Hypothesis => ({
  tokens,
  logProbs: tokens.map(() => Math.log(probability)),
  rows: tokens.map((token) => ({ tokens: [token], logProbs: [Math.log(probability)] })),
  sum: -1,
  score,
  finished: true,
});

const packageWith = (abstainBelow: number) => {
  const manifest = fakeManifest({ words: 9, topK: 1 });
  return {
    manifest: {
      ...manifest,
      confidence: { ...manifest.confidence, abstainBelow },
      generalisation: { file: 'g', below: 0.95, accept: 0.9, sureAbove: 0.8 },
    },
    detokenizer: vocabularyWords(VOCABULARY, 1),
    vocabulary: VOCABULARY,
    nouns: NOUNS,
  };
};

suite('what is said about a picture', () => {
  it('is a sentence, and the raw words beside it', () => {
    const caption = describe([sentence([4, 6, 8, 1], 0.92), sentence([4, 7, 1], 0.5)], packageWith(0.5), CIRCUMSTANCES);
    expect(caption).toMatchObject({ status: 'captioned', text: 'An animal runs.', plain: 'a owl runs', confidence: 0.5, model: 'fake@0' });
    expect(caption).toMatchObject({ generalised: [{ from: 'owl', to: 'animal' }], nBest: [{ plain: 'a owl runs' }, { plain: 'a dog' }] });
  });

  it('is a reason and what is sure when the confidence is too low', () => {
    const caption = describe([sentence([4, 6, 8, 1], 0.85)], packageWith(0.51), CIRCUMSTANCES);
    expect(caption).toMatchObject({ status: 'abstained', reason: 'LOW_CONFIDENCE', sure: ['owl'], plain: 'a owl runs' });
    expect(caption).not.toHaveProperty('text');
  });

  it('is a reason when there are no words', () => {
    const bare = { ...packageWith(0), nouns: undefined };
    expect(describe([sentence([], 0.9)], bare, CIRCUMSTANCES)).toMatchObject({ status: 'abstained', reason: 'NO_WORDS', sure: [] });
    expect(describe([sentence([], 0.9)], packageWith(0), CIRCUMSTANCES)).toMatchObject({
      status: 'abstained',
      reason: 'NO_WORDS',
      sure: [],
    });
  });

  it('is the text as it stands, or the labels of regions, where the style says so', () => {
    const answer = { ...packageWith(0), nouns: undefined };
    const words = ['cat<loc_1><loc_2><loc_3><loc_4>', 'chair<loc_5><loc_6><loc_7><loc_8><loc_5><loc_6><loc_8><loc_9>'];
    const detokenizer = { words: () => [], text: (_: unknown, special: string) => (special === 'keep' ? words.join('') : ' CatChair ') };
    const found = describe([sentence([4, 1], 0.9)], { ...answer, detokenizer }, { ...CIRCUMSTANCES, output: 'regions' });
    expect(found).toMatchObject({
      text: 'Cat, chair (2).',
      plain: 'CatChair',
      regions: [{ label: 'cat' }, { label: 'chair' }, { label: 'chair' }],
    });
    expect(describe([sentence([4, 1], 0.9)], { ...answer, detokenizer }, { ...CIRCUMSTANCES, output: 'text' })).toMatchObject({
      text: 'CatChair',
    });
  });

  it('says where its confidence is not calibrated, and only there', () => {
    const { manifest, ...rest } = packageWith(0);
    const guessed = { ...rest, manifest: { ...manifest, confidence: { kind: 'meanProbability' as const, abstainBelow: 0 } } };
    expect(describe([sentence([4, 6, 1], 0.5)], guessed, CIRCUMSTANCES)).toMatchObject({ confidence: 0.5, calibrated: false });
    expect(describe([sentence([], 0.5)], guessed, CIRCUMSTANCES)).toMatchObject({ reason: 'NO_WORDS', confidence: 0, calibrated: false });
    expect(describe([sentence([4, 6, 1], 0.5)], { ...rest, manifest }, CIRCUMSTANCES)).not.toHaveProperty('calibrated');
  });

  it('is the bare sentence when the package knows no nouns', () => {
    const { nouns: _, ...bare } = packageWith(0);
    const caption = describe([sentence([4, 6, 1], 0.1)], { ...bare, nouns: undefined }, CIRCUMSTANCES);
    expect(caption).toMatchObject({ status: 'captioned', text: 'An owl.', generalised: [] });
  });
});
