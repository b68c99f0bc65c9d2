// Unsure nouns become more general ("zebra" -> "animal") when the candidates together are sure of the general term.
// What a package knows about nouns stands in its generalisation.json.
import * as z from 'zod';
import type { Generalised } from '../core/caption.ts';
import type { Row } from './beam.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The schema of generalisation.json: singular noun -> more general terms (most specific first), and singular -> plural. */
export const nounsSchema = z.object({
  general: z.record(z.string(), z.array(z.string().min(1)).min(1)),
  plural: z.record(z.string(), z.string().min(1)),
});

/** Nouns, their general terms, and how words become singular. */
export type Nouns = z.infer<typeof nounsSchema> & { singular: ReadonlyMap<string, string> };

/** Thresholds on probabilities, 0..1. */
export type Thresholds = { below: number; accept: number; sureAbove: number };

/** A word of a sentence and the candidates that it was chosen from. */
export type Choice = { word: string; logProb: number; row: Row };

/** Adds the way from plural to singular. */
export const nounsFrom = (data: z.infer<typeof nounsSchema>): Nouns => ({
  ...data,
  singular: new Map(Object.entries(data.plural).map(([one, many]) => [many, one])),
});

const termsOf = (noun: string, nouns: Nouns): readonly string[] => (Object.hasOwn(nouns.general, noun) ? (nouns.general[noun] ?? []) : []);

/** The listed noun that a word is a form of. */
const nounOf = (word: string, nouns: Nouns): { noun: string; plural: boolean } | undefined => {
  if (termsOf(word, nouns).length > 0) return { noun: word, plural: false };
  const noun = nouns.singular.get(word);
  return noun !== undefined && termsOf(noun, nouns).length > 0 ? { noun, plural: true } : undefined;
};

/** Probability that the word is `term` or something of that kind: the sum over the row's candidates. */
const massOf = (term: string, row: Row, nouns: Nouns, vocabulary: Vocabulary): number => {
  let mass = 0;
  row.tokens.forEach((token, i) => {
    const word = vocabulary[token] ?? '';
    const noun = nouns.singular.get(word) ?? word;
    if (noun === term || termsOf(noun, nouns).includes(term)) mass += Math.exp(row.logProbs[i] ?? Number.NEGATIVE_INFINITY);
  });
  return Math.min(1, mass);
};

const firstTerm = (noun: string, row: Row, atLeast: number, nouns: Nouns, vocabulary: Vocabulary) =>
  termsOf(noun, nouns)
    .map((term) => ({ term, probability: massOf(term, row, nouns, vocabulary) }))
    .find(({ probability }) => probability >= atLeast);

/** Whether a word of the term that may not repeat stands in the sentence already. */
const overlaps = (term: string, words: readonly string[], mayRepeat: ReadonlySet<string>): boolean =>
  term.split(' ').some((part) => !mayRepeat.has(part) && words.includes(part));

/** Whether the word only qualifies the listed noun after it: the "baby" of a "baby elephant". */
const isModifier = (choices: readonly Choice[], i: number, nouns: Nouns): boolean => {
  const next = choices[i + 1];
  return next !== undefined && nounOf(next.word, nouns) !== undefined;
};

/**
 * The sentence with its unsure nouns made more general, and what was changed.
 * @param mayRepeat words that may stand in a sentence twice (a, of, the, ...)
 */
export const generalise = (
  choices: readonly Choice[],
  { below, accept }: Thresholds,
  nouns: Nouns,
  vocabulary: Vocabulary,
  mayRepeat: ReadonlySet<string>,
) => {
  const words = choices.map(({ word }) => word);
  const changes: Generalised[] = [];
  choices.forEach(({ word, logProb, row }, i) => {
    const found = nounOf(word, nouns);
    if (found === undefined || Math.exp(logProb) >= below || isModifier(choices, i, nouns)) return;
    const general = firstTerm(found.noun, row, accept, nouns, vocabulary);
    const form = general && (found.plural ? nouns.plural[general.term] : general.term);
    if (
      general === undefined ||
      form === undefined ||
      overlaps(
        form,
        words.flatMap((said) => said.split(' ')),
        mayRepeat,
      )
    )
      return;
    words[i] = form;
    changes.push({ from: word, to: form, probability: general.probability });
  });
  return { words: words.flatMap((word) => word.split(' ')), changes };
};

/** Probability of the words that lead to word i without a break: "phone" is sure after "cell", but "cell" may not be. */
const leadingProbability = (choices: readonly Choice[], i: number, mayRepeat: ReadonlySet<string>): number => {
  let logProb = 0;
  for (let j = i - 1; j >= 0; j--) {
    const before = choices[j];
    if (before === undefined || mayRepeat.has(before.word)) break;
    logProb += before.logProb;
  }
  return Math.exp(logProb);
};

/**
 * The nouns of a sentence, or their general terms, that are sure enough to be told without the sentence.
 * @param mayRepeat words that may stand in a sentence twice (a, of, the, ...)
 */
export const sureNouns = (
  choices: readonly Choice[],
  { sureAbove }: Thresholds,
  nouns: Nouns,
  vocabulary: Vocabulary,
  mayRepeat: ReadonlySet<string>,
): string[] => {
  const sure = choices.flatMap(({ word, logProb, row }, i) => {
    const found = nounOf(word, nouns);
    if (found === undefined || isModifier(choices, i, nouns)) return [];
    const leading = leadingProbability(choices, i, mayRepeat);
    if (leading * Math.exp(logProb) >= sureAbove) return [found.noun];
    const general = firstTerm(found.noun, row, sureAbove / leading, nouns, vocabulary);
    return general === undefined ? [] : [general.term];
  });
  return [...new Set(sure)];
};
