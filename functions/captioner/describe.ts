// From the search's hypotheses to what is said: a caption with its confidence, or a reasoned silence.
import type { Caption, StageMs } from '../core/caption.ts';
import type { Hypothesis } from './beam.ts';
import { confidenceOf, featuresOf } from './confidence.ts';
import { type Choice, generalise, sureNouns } from './generalise.ts';
import { type ModelPackage, modelName } from './package.ts';
import { plainOf, sentenceOf } from './sentence.ts';
import { wordsOf } from './vocabulary.ts';

/** What is known besides the hypotheses. */
export type Circumstances = { style: string; nBest: number; ms: StageMs };

type Words = Pick<ModelPackage, 'manifest' | 'vocabulary' | 'nouns'>;

const choicesOf = (hypothesis: Hypothesis, { manifest, vocabulary }: Words): Choice[] =>
  wordsOf(hypothesis.tokens, manifest.tokens.end, vocabulary).map((word, i) => ({
    word,
    logProb: hypothesis.logProbs[i] ?? Number.NEGATIVE_INFINITY,
    row: hypothesis.rows[i] ?? { tokens: [], logProbs: [] },
  }));

/** Words that say nothing of their own; a package that searches as `generate` does not tell them. */
const functionWordsOf = ({ search }: ModelPackage['manifest']): number[] => (search.kind === 'caption' ? search.functionWords : []);

const isContentOf = (manifest: ModelPackage['manifest']) => {
  const other = new Set([manifest.tokens.end, ...functionWordsOf(manifest)]);
  return (token: number): boolean => !other.has(token);
};

/**
 * What to say about one picture.
 * @param ranked the hypotheses, best first; at least one
 */
export const describe = (ranked: readonly Hypothesis[], words: Words, { style, nBest, ms }: Circumstances): Caption => {
  const { manifest, vocabulary, nouns } = words;
  const features = featuresOf(ranked, isContentOf(manifest));
  const confidence = confidenceOf(features, manifest.confidence);
  const choices = ranked[0] === undefined ? [] : choicesOf(ranked[0], words);
  const thresholds = manifest.generalisation;
  const mayRepeat = new Set(functionWordsOf(manifest).flatMap((token) => vocabulary[token] ?? []));
  const alternatives = ranked
    .slice(0, nBest)
    .map(({ tokens, score }) => ({ plain: plainOf(wordsOf(tokens, manifest.tokens.end, vocabulary)), score }));
  const said = {
    plain: plainOf(choices.map(({ word }) => word)),
    confidence,
    features,
    nBest: alternatives,
    words: choices.map(({ word, logProb }) => ({ word, logProb })),
    model: modelName(manifest),
    style,
    ms,
  };
  const general =
    thresholds && nouns
      ? generalise(choices, thresholds, nouns, vocabulary, mayRepeat)
      : { words: choices.map(({ word }) => word), changes: [] };
  const text = sentenceOf(general.words);
  if (text !== '' && confidence >= manifest.confidence.abstainBelow)
    return { ...said, status: 'captioned', text, generalised: general.changes };
  const sure = thresholds && nouns ? sureNouns(choices, thresholds, nouns, vocabulary, mayRepeat) : [];
  return { ...said, status: 'abstained', reason: text === '' ? 'NO_WORDS' : 'LOW_CONFIDENCE', sure };
};
