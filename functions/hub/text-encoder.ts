// Sentences -> token ids, with a repository's own tokenizer.
import { Tokenizer } from '@huggingface/tokenizers';
import { HubError } from './hub-error.ts';

/** A pattern of a stranger may take for ever on one sentence; tokenizers of the layouts that need this have none. */
const hasPatterns = (json: object): boolean =>
  ['normalizer', 'pre_tokenizer'].some((part) => JSON.stringify(new Map(Object.entries(json)).get(part) ?? null).includes('"Regex":'));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const refused = (why: string, cause?: unknown): HubError =>
  new HubError(`Expected tokenizer.json and tokenizer_config.json to be a tokenizer that can be used but ${why}`, cause);

/** A function that gives the ids of a text without special tokens. @throws HubError when the tokenizer cannot be read, or used */
export const textEncoder = (tokenizer: unknown, config: unknown): ((text: string) => number[]) => {
  if (!isObject(tokenizer) || !isObject(config)) throw refused('one is no object');
  const checked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw refused(thrown instanceof Error ? thrown.message : String(thrown), thrown);
    }
  };
  if (checked(() => hasPatterns(tokenizer))) throw refused('it cuts text by a regular expression of its own, which is not supported');
  const made = checked(() => new Tokenizer(tokenizer, config));
  return (text) => checked(() => [...made.encode(text, { add_special_tokens: false }).ids]);
};
