// From tokens to text. vocabulary.json is an array of words whose index is the token id; sub-word tokenizers come from outside.
import * as z from 'zod';

/** The schema of vocabulary.json. */
export const vocabularySchema = z.array(z.string().min(1)).min(1);

/** Words by token id. */
export type Vocabulary = readonly string[];

/** A word and the places of its tokens: from `from` up to but without `to`. */
export type Word = { word: string; from: number; to: number };

/** Turns the tokens of an answer into text. */
export type Detokenizer = {
  /** the text as the model's own library writes it; special tokens are left out unless they are kept */
  text(tokens: readonly number[], special: 'skip' | 'keep'): string;
  /** the words of that text; special tokens belong to none */
  words(tokens: readonly number[]): Word[];
};

/** A detokenizer for one word a token. @throws RangeError, when used, for an id outside of the vocabulary */
export const vocabularyWords = (vocabulary: Vocabulary, end: number): Detokenizer => {
  const words = (tokens: readonly number[]): Word[] =>
    tokens.flatMap((token, from) => {
      if (token === end) return [];
      const word = vocabulary[token];
      if (word === undefined) throw new RangeError(`Expected a token below ${vocabulary.length} but received ${token}`);
      return [{ word, from, to: from + 1 }];
    });
  return {
    words,
    text: (tokens) =>
      words(tokens)
        .map(({ word }) => word)
        .join(' '),
  };
};
