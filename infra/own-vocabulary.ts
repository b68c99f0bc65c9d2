// The shop's own vocabulary of tags beside the bundle of the lookup function, checked before anything is deployed.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readVocabulary } from '../functions/wiring/own-vocabulary.ts';

/** File beside a bundle. */
export const VOCABULARY_FILE = 'vocabulary.json';

/**
 * Copies the file of the setting `vocabulary` beside a bundle; with '' the vocabulary of the code is used, and nothing is written.
 * @throws ConfigError when it is no vocabulary
 */
export const writeVocabulary = (file: string, outFolder: string): void => {
  if (file === '') return;
  readVocabulary(file, 'setting vocabulary');
  mkdirSync(outFolder, { recursive: true });
  copyFileSync(file, join(outFolder, VOCABULARY_FILE));
};
