// Reads a text as a listener would: which rules of speakability and of WCAG it breaks, and what a machine may mend by itself.
import { unquote } from './quotations.ts';
import type { Finding, LintAbout, LintRule } from './rule.ts';
import { EMPTY_RULES } from './rules-empty.ts';
import { MACHINE_RULES } from './rules-machine.ts';
import { MARK_RULES } from './rules-marks.ts';
import { NAME_RULES } from './rules-names.ts';
import { OPENING_RULES } from './rules-opening.ts';
import { PROGRAM_RULES } from './rules-programs.ts';
import { WORDING_RULES } from './rules-wording.ts';

export type { Finding, LintAbout } from './rule.ts';

/** All rules, in the order in which findings are told and texts are mended. */
export const LINT_RULES: readonly LintRule[] = [
  ...EMPTY_RULES,
  ...NAME_RULES,
  ...PROGRAM_RULES,
  ...MARK_RULES,
  ...OPENING_RULES,
  ...WORDING_RULES,
  ...MACHINE_RULES,
];

/** Mending may make room for more mending; each round but the last makes a text shorter or more regular. */
const MOST_ROUNDS = 50;

/** Characters of a text that rules look at: more than any text of ours, and bounded work on what other people's pages hold. */
const MOST_CHARACTERS = 20_000;

const breaks = (rule: LintRule, text: string, about: LintAbout): boolean =>
  (rule.when === undefined || rule.when(about)) && rule.hit({ raw: text, said: unquote(text.slice(0, MOST_CHARACTERS)).said }, about);

/** What is wrong with a text; `''` is the decision that a picture is decorative, and wrong only as the name of a control. */
export const lint = (text: string, about: LintAbout = {}): Finding[] =>
  LINT_RULES.filter((rule) => breaks(rule, text, about)).map(({ id, severity, why, fix }) => ({ rule: id, severity, why, fix }));

const mend = (text: string, rule: LintRule, about: LintAbout): string => {
  if (rule.tidy === undefined || !breaks(rule, text, about)) return text;
  if (rule.everywhere) return rule.tidy(text, about);
  const { said, back } = unquote(text);
  return back(rule.tidy(said, about));
};

/**
 * A machine's text, mended by the rules that can do so without a change of meaning; a second time changes nothing more.
 * A text of which nothing would be left stays as it is: empty would mean decorative. So does one of more than 20,000 characters.
 */
export const tidy = (text: string, about: LintAbout = {}): string => {
  if (text.length > MOST_CHARACTERS) return text;
  const machine = { ...about, machine: true };
  let mended = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = mended;
    mended = LINT_RULES.reduce((words, rule) => mend(words, rule, machine), before);
    if (mended === before) break;
  }
  return mended.trim() === '' ? text : mended;
};
