// Rules about the alt text: that there is one, that it is heard well, and that it says what is written in the picture.
// WCAG 2.2 success criteria 1.1.1 and 1.4.5.
import { lint } from '../lint/lint.ts';
import { ORIGINS } from '../record/record.ts';
import { NO_ALT, whyNot } from './number-measures.ts';
import type { RuleOf } from './rule-pack.ts';
import type { Finding, RuleSubject } from './verdict.ts';

const SURE = 1;

/** Nobody needs words for what was decided to say nothing. */
const DECORATIVE = 'decorative';

/** Whether there is an alt text, written by someone as strong as `least` or stronger. */
export const checkAlt = ({ texts }: RuleSubject, { least }: RuleOf<'alt'>): Finding => {
  const allowed = ORIGINS.slice(ORIGINS.indexOf(least));
  if (texts === undefined) return { result: 'unknown', limit: { allowed }, why: NO_ALT };
  const { alt, isPending } = texts;
  if (alt === undefined)
    return isPending
      ? { result: 'unknown', limit: { allowed }, why: 'the text is still being written' }
      : { result: 'fail', measured: 'missing', limit: { allowed } };
  const { text, origin = 'machine' } = alt;
  const isStrong = ORIGINS.indexOf(origin) >= ORIGINS.indexOf(least);
  return { result: isStrong ? 'pass' : 'fail', measured: text === '' ? DECORATIVE : origin, limit: { allowed } };
};

/** Whether the alt text breaks no rule whose breaking makes it fail as an alternative. */
export const checkAltLint = ({ texts, name }: RuleSubject): Finding => {
  const alt = texts?.alt;
  if (alt === undefined) return { result: 'unknown', why: NO_ALT };
  if (alt.text === '') return { result: 'pass', measured: DECORATIVE };
  const fileName = name.split(/[/\\]/).at(-1) ?? name;
  const about = { kind: 'alt', fileName, machine: alt.origin === 'machine', ...(alt.lang !== undefined && { lang: alt.lang }) } as const;
  const findings = lint(alt.text, about);
  return { result: findings.some(({ severity }) => severity === 'error') ? 'fail' : 'pass', measured: findings.map(({ rule }) => rule) };
};

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether what is written in the picture is said by its texts, all words of each line. */
export const checkTextTold = (subject: RuleSubject, { confidence }: RuleOf<'text-told'>): Finding => {
  const { facts, texts } = subject;
  if (facts.text === undefined) return { result: 'unknown', why: whyNot(subject, 'text') };
  const lines = facts.text.filter((line) => (line.confidence ?? SURE) >= confidence && wordsOf(line.text).length > 0);
  if (lines.length === 0) return { result: 'pass', measured: [] };
  if (texts?.alt?.text === '') return { result: 'pass', measured: DECORATIVE };
  if (texts === undefined || texts.isPending) return { result: 'unknown', why: NO_ALT };
  const told = new Set([texts.alt?.text ?? '', ...texts.others].flatMap(wordsOf));
  const untold = lines.filter(({ text }) => !wordsOf(text).every((word) => told.has(word)));
  const boxes = untold.flatMap(({ box }) => (box === undefined ? [] : [box]));
  const measured = untold.map(({ text }) => text);
  return { result: untold.length === 0 ? 'pass' : 'fail', measured, ...(boxes.length > 0 && { boxes }) };
};
