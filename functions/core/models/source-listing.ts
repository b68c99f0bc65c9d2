// The files of a repository as the hub or a folder lists them, and the canonical listing that a pin is taken of.
import { CodedError } from '../errors.ts';
import { sha256Hex } from '../sha256.ts';

/** What a file's bytes must have: SHA-256 for large files, git's blob SHA-1 for the others. */
export type Digest = { kind: 'sha256' | 'git-sha1'; hex: string };

/** A file of the source. Without a digest there is nothing to hold it against; its SHA-256 is only recorded. */
export type SourceFile = { path: string; bytes: number; digest: Digest | undefined };

/** What the source has at the revision; `revision` is the commit where the source knows it. */
export type SourceListing = { revision: string; files: readonly SourceFile[] };

/** A file whose bytes were read and checked. */
export type CheckedFile = { path: string; bytes: number; sha256: string };

/** The model cannot be pulled, for a reason that another attempt does not mend. One line with the fix. */
export class PullFailed extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('PULL_FAILED', message, cause);
  }
}

const MAX_PATH_CHARACTERS = 400;

/** Whether a path stays below its folder on every system. */
export const isSafePath = (path: string): boolean =>
  path.length <= MAX_PATH_CHARACTERS &&
  /^[^\\:*?"<>|\p{Cc}]+$/u.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);

/** The files as `sha256sum` writes them, sorted by path: the text of a SHA256SUMS file. */
export const canonicalListing = (files: readonly CheckedFile[]): string =>
  files
    .toSorted(byPath)
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join('');

/** The SHA-256 of the canonical listing: one value that stands for all files that a package is made of. */
export const pinOf = (files: readonly CheckedFile[]): Promise<string> => sha256Hex(new TextEncoder().encode(canonicalListing(files)));

const SUM_LINE = /^([0-9a-fA-F]{64}) [ *](.+)$/;

/** The digests of a SHA256SUMS file by path. @throws PullFailed naming a line that is none */
export const parseSums = (text: string): Map<string, string> => {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [, hex = '', path = ''] = SUM_LINE.exec(line) ?? [];
      if (hex === '') throw new PullFailed(`SHA256SUMS has a line that sha256sum would not write: ${JSON.stringify(line.slice(0, 80))}`);
      return [path.replace(/^\.\//, ''), hex.toLowerCase()];
    }),
  );
};

/** A file of the hub whose bytes are not as the listing says; it was removed. */
export const wrongBytes = (path: string, { kind, hex }: Digest, found: string): PullFailed =>
  new PullFailed(
    `${path} has ${kind} ${found}, expected ${hex}: it was removed; pull again, and if it stays so, the hub or a proxy changes it`,
  );

/** A file of a folder whose bytes are not as its SHA256SUMS says. */
export const wrongSum = (path: string, expected: string, found: string): PullFailed =>
  new PullFailed(`${path} has sha256 ${found}, expected ${expected} (SHA256SUMS): copy it again`);

const named = (files: readonly SourceFile[], path: string): SourceFile => {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new PullFailed(`${path} is not in the repository`);
  return file;
};

/** The entries of these paths, each once. @throws PullFailed for one that is not listed */
export const pick = ({ files }: SourceListing, paths: readonly string[]): SourceFile[] =>
  [...new Set(paths)].map((path) => named(files, path)).toSorted(byPath);
