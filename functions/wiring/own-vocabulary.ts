// A shop's own vocabulary of tags, from the file that a setting names.
import { readFileSync } from 'node:fs';
import { ConfigError } from '../core/errors.ts';
import { type Vocabulary, vocabularyFrom } from '../core/tags/vocabulary.ts';

/**
 * The vocabulary of a JSON file.
 * @param setting names what the file was taken from, for messages
 * @throws ConfigError naming the setting and what is wrong with the file
 */
export const readVocabulary = (file: string, setting: string): Vocabulary => {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    const why = thrown instanceof SyntaxError ? 'what is no JSON' : 'no file that can be read';
    throw new ConfigError(`${setting}: expected a JSON file with a vocabulary of tags but received ${why}: ${file}`);
  }
  return vocabularyFrom(json, setting);
};
