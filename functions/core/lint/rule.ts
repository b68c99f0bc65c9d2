// What a rule about a text is, what it may know about the text, and what it says.
import type { TextKind } from '../record/record.ts';

/** How bad it is: `error`, the text fails as an alternative; `warning`, it works, but is heard or read badly. */
export type Severity = 'error' | 'warning';

/** One rule that a text breaks: its id, why that matters, and what to do. */
export type Finding = { rule: string; severity: Severity; why: string; fix: string };

/** What is known about a text; all of it may be left out. */
export type LintAbout = {
  /** `alt` when left out */
  kind?: TextKind;
  /** BCP 47 */
  lang?: string;
  /** how the picture is used: see USAGES; `link` and `button` are functions, not pictures */
  usage?: string;
  /** file name of the picture, with or without folders */
  fileName?: string;
  /** text beside the picture: heading, figcaption, words of the same link */
  context?: string;
  /** written by a machine: house style applies as well */
  machine?: boolean;
  /** most characters; when left out, that of the usage or kind */
  max?: number;
};

/** A text as the rules see it. */
export type Heard = {
  /** as it was given */
  raw: string;
  /** with each quotation as one character of private use: words seen in the picture are nobody's to correct */
  said: string;
};

/** A rule. `when` says which texts it is about (all); `tidy` mends what `hit` finds, without a change of meaning. */
export type LintRule = {
  id: string;
  severity: Severity;
  why: string;
  fix: string;
  /** technique, failure or guideline that it comes from */
  source: string;
  when?: (about: LintAbout) => boolean;
  hit: (text: Heard, about: LintAbout) => boolean;
  /** invisible characters are mended in quotations as well */
  everywhere?: true;
  /** the words outside quotations, mended */
  tidy?: (said: string, about: LintAbout) => string;
};
