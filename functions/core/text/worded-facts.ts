// Facts as people see them: in the words in which machines may speak of others, and without what is inside of the service.
import type { Facts } from '../facts/facts.ts';
import { publicFacts } from '../facts/known-facts.ts';
import { neutralWords } from './machine-words.ts';
import type { WordingRules } from './wording-rules.ts';

/** The same facts; labels of objects and machines' sentences are worded by the rules, what is read in the picture stays. */
export const wordedFacts = (facts: Facts, rules: WordingRules): Facts => {
  const { objects, dense, shots, ...others } = publicFacts(facts);
  const worded = (text: string): string => neutralWords(text, rules);
  return {
    ...others,
    ...(objects !== undefined && { objects: objects.map((object) => ({ ...object, label: worded(object.label) })) }),
    ...(dense !== undefined && { dense: dense.map((part) => ({ ...part, text: worded(part.text) })) }),
    ...(shots !== undefined && {
      shots: shots.map(({ text, ...shot }) => ({ ...shot, ...(text !== undefined && { text: worded(text) }) })),
    }),
  };
};
