// All that is known about a picture and its place on a page, gathered for the decision.
import type { CaptionRecord, Text } from '../record/record.ts';
import type { Texts } from '../record/text-rules.ts';
import type { AltBranch } from './branches.ts';
import { isUnsure } from './certainty.ts';
import { readLines, type TextLine } from './picture-text.ts';
import { sentenceOf } from './sentence.ts';
import { isPersons, usableTexts } from './usable-texts.ts';
import type { AltUse, Usage } from './usages.ts';
import type { WordingRules } from './wording-rules.ts';

/** The picture and its place. */
export type Situation = {
  record: CaptionRecord;
  use: AltUse;
  usage: Usage;
  /** trimmed; '' when none was given */
  context: string;
  /** lines of text in the picture that are read well enough */
  lines: TextLine[];
  /** the text that is to be used, as stored */
  text?: Text;
  /** what it says by the rules; '' when there is none, or when the shop wants nothing of it said */
  sentence: string;
  /** what the machine sees, before anything was left out; '' when a person wrote or it is silent */
  seen: string;
};

/** Words for a picture. `whole`: never cut. */
export type Said = { text: string; lang?: string; source?: Partial<Text>; whole: boolean };

/** A branch of the tree, and the words that it comes to; no `said`: there are none. */
export type Decision = { branch: AltBranch; said?: Said; left?: readonly string[] };

/** Cards for sharing have no page around them on which a picture could be decoration. */
const STANDS_ALONE: readonly Usage[] = ['og', 'x'];

const textFor = ({ alt, caption }: Texts, usage: Usage): Text | undefined =>
  alt?.text === '' && STANDS_ALONE.includes(usage) ? (caption ?? alt) : alt;

/** Gathers what is known. */
export const situationOf = (record: CaptionRecord, use: AltUse, rules: WordingRules): Situation => {
  const { usage = 'informative' } = use;
  const text = textFor(usableTexts(record, use.lang), usage);
  return {
    record,
    use,
    usage,
    context: (use.context ?? '').replace(/\s+/g, ' ').trim(),
    lines: readLines(record),
    ...(text !== undefined && { text }),
    sentence: text === undefined ? '' : sentenceOf(text, record, rules),
    seen: text === undefined || isPersons(text) ? '' : text.text,
  };
};

/** Whether doubt is to be said first. */
export const isDoubted = ({ use }: Situation, source: Pick<Text, 'origin' | 'confidence' | 'calibrated'> | undefined): boolean =>
  use.disclose === 'lead' && source !== undefined && isUnsure(source);
