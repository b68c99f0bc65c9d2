// @huggingface/tokenizers as a detokenizer: text as Python's tokenizer.decode() writes it, and words out of sub-word tokens.
import { Tokenizer } from '@huggingface/tokenizers';
import type { DetokenizerFrom } from '../../captioner/package.ts';
import type { Word } from '../../captioner/vocabulary.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether a token continues the word of the one before: decoded together there is no space between them. */
const continues = (tokenizer: Tokenizer, before: number, token: number): boolean => {
  const plainly = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
  const first = tokenizer.decode([before], plainly);
  const both = tokenizer.decode([before, token], plainly);
  // a character of several tokens is no prefix of itself until its last token
  return !both.startsWith(first) || !(/\s$/.test(first) || /^\s/.test(both.slice(first.length)));
};

/**
 * The detokenizer of a tokenizer.json and its tokenizer_config.json.
 * @throws TypeError or the library's error when they are no tokenizer
 */
export const tokenizerWords: DetokenizerFrom = (json, config) => {
  if (!isObject(json) || !isObject(config)) throw new TypeError('Expected objects for the tokenizer and its config');
  const tokenizer = new Tokenizer(json, config);
  const text = (tokens: readonly number[], skip: boolean): string =>
    tokens.length === 0 ? '' : tokenizer.decode([...tokens], { skip_special_tokens: skip });
  return {
    text: (tokens, special) => text(tokens, special === 'skip'),
    words(tokens) {
      const groups: { from: number; to: number; last: number }[] = [];
      tokens.forEach((token, at) => {
        if (text([token], true) === '') return;
        const group = groups.at(-1);
        if (group?.to === at && continues(tokenizer, group.last, token)) groups[groups.length - 1] = { ...group, to: at + 1, last: token };
        else groups.push({ from: at, to: at + 1, last: token });
      });
      return groups.map(({ from, to }): Word => ({ word: text(tokens.slice(from, to), true).trim(), from, to }));
    },
  };
};
