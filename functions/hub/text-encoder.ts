// Sentences -> token ids, with a repository's own tokenizer.
import { Tokenizer } from '@huggingface/tokenizers';
import { HubError } from './hub-error.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A function that gives the ids of a text without special tokens. @throws HubError when the tokenizer cannot be read */
export const textEncoder = (tokenizer: unknown, config: unknown): ((text: string) => number[]) => {
  if (!isObject(tokenizer) || !isObject(config)) throw new HubError('Expected tokenizer.json and tokenizer_config.json to be objects');
  const made = new Tokenizer(tokenizer, config);
  return (text) => [...made.encode(text, { add_special_tokens: false }).ids];
};
