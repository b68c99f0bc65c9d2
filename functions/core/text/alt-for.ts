// The alternative text of a picture for one use, or the reason why there is none.
import type { CaptionRecord, Origin } from '../record/record.ts';
import { ALT_BRANCHES, type AltBranch } from './branches.ts';
import { effectiveTexts } from './texts-of.ts';
import type { AltUse, Usage } from './usages.ts';
import type { WordingRules } from './wording-rules.ts';

/** The answer; `alt` is null where there is none, and `''` where the picture is to be passed over. */
export type AltAnswer = {
  usage: Usage;
  /** the branch of the W3C WAI alt decision tree that was taken */
  branch: AltBranch;
  /** one line: why that branch, and what was done */
  because: string;
  alt: string | null;
  lang?: string;
  /** absent where the words are the caller's or the shop's */
  origin?: Origin;
  model?: string;
  confidence?: number;
  calibrated?: false;
  by?: string;
  locked?: boolean;
  /** the picture was replaced since the text was written */
  outdated: boolean;
  /** the text was shortened; all of it stands in the long description */
  cut: boolean;
  /** the long description says more than this */
  hasLong: boolean;
  status: 'described' | 'decorative' | 'abstained' | 'pending' | 'failed';
  /** why there is no text */
  reason?: string;
  /** nouns that are sure although there is no text */
  sure: string[];
  /** one line: what people can do now */
  next?: string;
};

const statusOf = ({ state }: CaptionRecord): AltAnswer['status'] => {
  if (state === 'PENDING') return 'pending';
  return state === 'READY' ? 'abstained' : 'failed';
};

/** The alternative text of a record's picture for a use. */
export const altFor = (record: CaptionRecord, use: AltUse, rules: WordingRules): AltAnswer => {
  const { usage = 'informative' } = use;
  const nothing = { usage, outdated: false, cut: false, hasLong: false, sure: record.machine?.sure ?? [] };
  if (usage === 'decorative') {
    return { ...nothing, branch: 'decorative', because: ALT_BRANCHES.decorative, alt: '', status: 'decorative' };
  }
  const branch = usage === 'chart' ? 'complex' : 'informative';
  const { alt, long } = effectiveTexts(record, rules, use.lang);
  const said = { ...nothing, branch, because: ALT_BRANCHES[branch], hasLong: long !== undefined } as const;
  if (alt === undefined) return { ...said, alt: null, status: statusOf(record) };
  const { text, lang, origin } = alt;
  return { ...said, alt: text, lang, origin, status: text === '' ? 'decorative' : 'described' };
};
