// A shop's own vocabulary beside the bundle of the lookup function.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VOCABULARY_FILE, writeVocabulary } from '../../infra/own-vocabulary.ts';

const folder = mkdtempSync(join(tmpdir(), 'vocabulary-'));
const fileOf = (name: string, json: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(json));
  return file;
};

describe('the vocabulary beside a bundle', () => {
  it('is the file of the setting, and none where the shipped one is used', () => {
    const terms = [{ name: 'bag', kind: 'product' }];
    const file = fileOf('own.json', { schemaVersion: 1, atLeast: 0.5, most: 5, unknown: 'drop', terms });
    const out = join(folder, 'bundle');
    writeVocabulary('', out);
    expect(existsSync(out)).toBe(false);
    writeVocabulary(file, out);
    expect(readFileSync(join(out, VOCABULARY_FILE), 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  it('is refused before anything is deployed', () => {
    expect(() => writeVocabulary(fileOf('wrong.json', {}), folder)).toThrow(/^setting vocabulary: expected a vocabulary of tags but /);
  });
});
