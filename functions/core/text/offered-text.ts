// What a person accepts: the words as they are shown, which rules have made of what the machine said, and not words that nobody has seen.
import type { CaptionRecord, Text, TextKind } from '../record/record.ts';
import { effectiveTexts } from './texts-of.ts';
import type { WordingRules } from './wording-rules.ts';

/**
 * The current text of a kind, or the proposal beside it, in the words in which it is shown.
 * @returns undefined when there is none
 */
export const offeredText = (record: CaptionRecord, kind: TextKind, of: 'current' | 'proposal', rules: WordingRules): Text | undefined => {
  const said = of === 'proposal' ? record.proposals?.[kind] : record.texts[kind];
  if (said === undefined) return undefined;
  const { withheld: _, ...others } = record;
  const shown = effectiveTexts({ ...others, texts: { ...record.texts, [kind]: said } }, rules)[kind];
  return shown === undefined ? said : { ...said, text: shown.text, lang: shown.lang };
};
