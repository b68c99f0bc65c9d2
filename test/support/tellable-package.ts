// Copies of the tiny package that can be told apart by every word that they say.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, TINY } from './tiny-package.ts';

/** The first words of the vocabulary are tokens that nobody sees. */
const TOKENS = 5;

/** The folder of a package, its models' name (name@version), and the digest of its manifest. */
export type TellablePackage = { folder: string; model: string; digest: string };

type Json = Record<string, unknown>;
type File = { path: string; bytes: number; sha256: string };

/** Writes `parent`/`name`: the tiny package under that name, whose words all end with it. */
export const tellablePackage = (parent: string, name: string): TellablePackage => {
  const folder = join(parent, name);
  cpSync(TINY, folder, { recursive: true });
  const vocabulary: string[] = JSON.parse(readFileSync(join(TINY, 'vocabulary.json'), 'utf8'));
  const words = Buffer.from(JSON.stringify(vocabulary.map((word, at) => (at < TOKENS ? word : `${word}${name}`))));
  writeFileSync(join(folder, 'vocabulary.json'), words);
  // its nouns are not among the words any more
  const { generalisation: _, ...manifest }: Json & { files: File[] } = JSON.parse(readFileSync(join(TINY, 'manifest.json'), 'utf8'));
  const files = manifest.files.map((file) =>
    file.path === 'vocabulary.json' ? { ...file, bytes: words.length, sha256: digestOf(words) } : file,
  );
  const text = JSON.stringify({ ...manifest, name, version: '1.0.0', files });
  const digest = digestOf(Buffer.from(text));
  writeFileSync(join(folder, 'manifest.json'), text);
  writeFileSync(join(folder, 'manifest.sha256'), `${digest}  manifest.json\n`);
  return { folder, model: `${name}@1.0.0`, digest };
};

/** Whether a package of that name has said all of a sentence. */
export const isSaidBy = (name: string, sentence: string): boolean =>
  sentence
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .split(' ')
    .every((word) => word.endsWith(name));
