// vocabulary.json: an array of words whose index is the token id.
import * as z from 'zod';

/** The schema of vocabulary.json. */
export const vocabularySchema = z.array(z.string().min(1)).min(1);

/** Words by token id. */
export type Vocabulary = readonly string[];

/** The words of a sentence's tokens, without the end token. @throws RangeError for an id outside of the vocabulary */
export const wordsOf = (tokens: readonly number[], end: number, vocabulary: Vocabulary): string[] =>
  tokens
    .filter((token) => token !== end)
    .map((token) => {
      const word = vocabulary[token];
      if (word === undefined) throw new RangeError(`Expected a token below ${vocabulary.length} but received ${token}`);
      return word;
    });
