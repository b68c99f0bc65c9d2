// Reads the lists of good and bad alternative texts: sections, texts one a line, with what is known about each before it.
import { readFileSync } from 'node:fs';
import type { LintAbout } from '../../functions/core/lint/lint.ts';

/** One text of a list; `section` is the rule or the subject that it stands under, `line` counts from 1. */
export type ListedAlt = { section: string; text: string; about: LintAbout; line: number };

const ESCAPE = /\\(?:u\{([\da-f]+)\}|([stn\\]))/gi;
const PLAIN: Readonly<Record<string, string>> = { s: ' ', t: '\t', n: '\n', '\\': '\\' };
const NO_TEXT = '∅';
const HEXADECIMAL = 16;

const unescaped = (written: string): string =>
  written.replace(ESCAPE, (_, code: string | undefined, letter: string | undefined) =>
    code === undefined ? (PLAIN[letter ?? ''] ?? '') : String.fromCodePoint(Number.parseInt(code, HEXADECIMAL)),
  );

const listed = (written: string, section: string, line: number): ListedAlt => {
  const [, about = '{}', text = ''] = /^(\{"[^{}]*\})?\s?(.*)$/.exec(written) ?? [];
  return { section, text: text === NO_TEXT ? '' : unescaped(text), about: JSON.parse(about), line };
};

/** The texts of a list; `# name` begins a section, `//` a remark. */
export const altList = (file: URL): ListedAlt[] => {
  let section = '';
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((written, i) => {
      const head = /^# (.+)$/.exec(written)?.[1];
      section = head ?? section;
      return head !== undefined || written === '' || written.startsWith('// ') ? [] : [listed(written, section, i + 1)];
    });
};
