// What is sure about a picture although there is no sentence about it.
import type { CaptionRecord } from '../record/record.ts';
import { SURE_FROM } from './certainty.ts';
import { isUnwanted, neutralWords } from './machine-words.ts';
import type { WordingRules } from './wording-rules.ts';

/** Nouns that may be told without a sentence: those of a silent model, and what was surely found. */
export const sureFacts = ({ machine, facts, product }: CaptionRecord, rules: WordingRules): string[] => {
  const found = (facts?.objects ?? []).filter(({ confidence = 0 }) => confidence >= SURE_FROM).map(({ label }) => label);
  const nouns = [...(machine?.sure ?? []), ...found].map((noun) => neutralWords(noun.trim().toLowerCase(), rules));
  return [...new Set(nouns)].filter((noun) => noun !== '' && !isUnwanted(noun, product));
};
