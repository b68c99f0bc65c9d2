// What is sure about a picture although there is no sentence about it.
import type { CaptionRecord } from '../record/record.ts';
import { SURE_FROM } from './certainty.ts';
import { isUnwanted, neutralWords } from './machine-words.ts';
import { seenProduct } from './seen-product.ts';
import type { WordingRules } from './wording-rules.ts';

/** Nouns that may be told without a sentence: those of a silent model, and what was surely found. */
export const sureFacts = (record: CaptionRecord, rules: WordingRules): string[] => {
  const { machine, facts, product } = record;
  const types = seenProduct(record).attributes.filter(({ attribute, confidence }) => attribute === 'type' && confidence >= SURE_FROM);
  const found = (facts?.objects ?? []).filter(({ confidence = 0 }) => confidence >= SURE_FROM).map(({ label }) => label);
  const nouns = [...(machine?.sure ?? []), ...types.map(({ value }) => value), ...found].map((noun) =>
    neutralWords(noun.trim().toLowerCase(), rules),
  );
  return [...new Set(nouns)].filter((noun) => noun !== '' && !isUnwanted(noun, product));
};
