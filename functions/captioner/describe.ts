// From the search's hypotheses to what is said: a caption with its confidence, or a reasoned silence.
import type { Caption, Region, StageMs } from '../core/caption.ts';
import type { Hypothesis } from './beam.ts';
import { confidenceOf, featuresOf } from './confidence.ts';
import { type Choice, generalise, sureNouns } from './generalise.ts';
import type { Style } from './manifest-forms.ts';
import { modelName, type PackageWords } from './package.ts';
import { labelsOf, regionsOf } from './regions.ts';
import { plainOf, sentenceOf } from './sentence.ts';

/** What is known besides the hypotheses; `output` says how the style's answers are read. */
export type Circumstances = { style: string; output: Style['output']; nBest: number; ms: StageMs };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** Words with the log probability of all of their tokens, and the candidates of the first. */
const choicesOf = (hypothesis: Hypothesis, { detokenizer }: PackageWords): Choice[] =>
  detokenizer.words(hypothesis.tokens).map(({ word, from, to }) => ({
    word,
    logProb: sum(hypothesis.logProbs.slice(from, to)),
    row: hypothesis.rows[from] ?? { tokens: [], logProbs: [] },
  }));

/** Words that say nothing of their own; a package that searches as generate() does not tell them. */
const functionWordsOf = ({ search }: PackageWords['manifest']): number[] => (search.kind === 'caption' ? search.functionWords : []);

const isContentOf = (manifest: PackageWords['manifest']) => {
  const other = new Set([manifest.tokens.end, ...functionWordsOf(manifest)]);
  return (token: number): boolean => !other.has(token);
};

/** The nouns' side of a package that knows nouns, or nothing to change and nothing to be sure of. */
const generalOf = (choices: readonly Choice[], plain: string, { manifest, vocabulary, nouns }: PackageWords) => {
  const thresholds = manifest.generalisation;
  if (thresholds === undefined || nouns === undefined || vocabulary === undefined)
    return { words: plain.split(/\s+/), changes: [], sure: () => [] };
  const mayRepeat = new Set(functionWordsOf(manifest).flatMap((token) => vocabulary[token] ?? []));
  return {
    ...generalise(choices, thresholds, nouns, vocabulary, mayRepeat),
    sure: () => sureNouns(choices, thresholds, nouns, vocabulary, mayRepeat),
  };
};

/** The text for people: a sentence of the words, the text as it stands, or the labels of what was found. */
const textOf = (output: Style['output'], plain: string, words: readonly string[], regions: readonly Region[]): string => {
  if (output === 'text') return plain;
  if (output === 'regions') return sentenceOf([plainOf(labelsOf(regions).map((label, i) => (i === 0 ? label : `, ${label}`)))]);
  return sentenceOf(words);
};

/**
 * What to say about one picture.
 * @param ranked the hypotheses, best first; at least one
 */
export const describe = (ranked: readonly Hypothesis[], words: PackageWords, { style, output, nBest, ms }: Circumstances): Caption => {
  const { manifest, detokenizer } = words;
  const [best] = ranked;
  const features = featuresOf(ranked, isContentOf(manifest));
  const confidence = confidenceOf(features, manifest.confidence);
  const choices = best === undefined ? [] : choicesOf(best, words);
  const plainOfTokens = (tokens: readonly number[]): string => detokenizer.text(tokens, 'skip').trim();
  const regions = best !== undefined && output === 'regions' ? regionsOf(detokenizer.text(best.tokens, 'keep')) : [];
  const plain = best === undefined ? '' : plainOfTokens(best.tokens);
  const said = {
    plain,
    confidence,
    ...(manifest.confidence.kind === 'meanProbability' && { calibrated: false as const }),
    features,
    nBest: ranked.slice(0, nBest).map(({ tokens, score }) => ({ plain: plainOfTokens(tokens), score })),
    words: choices.map(({ word, logProb }) => ({ word, logProb })),
    model: modelName(manifest),
    style,
    ms,
    ...(output === 'regions' ? { regions } : {}),
  };
  const general = generalOf(choices, plain, words);
  const text = textOf(output, plain, general.words, regions);
  if (text !== '' && confidence >= manifest.confidence.abstainBelow)
    return { ...said, status: 'captioned', text, generalised: general.changes };
  return { ...said, status: 'abstained', reason: text === '' ? 'NO_WORDS' : 'LOW_CONFIDENCE', sure: general.sure() };
};
