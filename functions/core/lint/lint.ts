// Reads a text as a listener would: which rules of speakability and of WCAG it breaks, and what a machine may mend by itself.
import { unquote } from './quotations.ts';
import type { Finding, LintAbout, LintRule } from './rule.ts';
import { EMPTY_RULES } from './rules-empty.ts';

export type { Finding, LintAbout } from './rule.ts';

/** All rules, in the order in which findings are told. */
export const LINT_RULES: readonly LintRule[] = [...EMPTY_RULES];

/** Mending may make room for more mending; no text has needed more rounds than this. */
const MOST_ROUNDS = 20;

const isAbout = ({ when }: LintRule, about: LintAbout): boolean => when === undefined || when(about);

/** What is wrong with a text; `''` is the decision that a picture is decorative, and wrong only as the name of a control. */
export const lint = (text: string, about: LintAbout = {}): Finding[] => {
  const heard = { raw: text, said: unquote(text).said };
  return LINT_RULES.filter((rule) => isAbout(rule, about) && rule.hit(heard, about)).map(({ id, severity, why, fix }) => ({
    rule: id,
    severity,
    why,
    fix,
  }));
};

const mendOnce = (text: string, about: LintAbout): string => {
  const { said, back } = unquote(text);
  const mended = LINT_RULES.filter((rule) => isAbout(rule, about)).reduce((words, { tidy: mend }) => mend?.(words, about) ?? words, said);
  return back(mended).trim();
};

/** A machine's text, mended by the rules that can do so without a change of meaning; a second time changes nothing more. */
export const tidy = (text: string, about: LintAbout = {}): string => {
  const machine = { ...about, machine: true };
  let mended = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = mended;
    mended = mendOnce(before, machine);
    if (mended === before) break;
  }
  return mended;
};
