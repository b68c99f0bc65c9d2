// What the analysis has seen, as words that rules can forbid: objects and the product's attributes.
import type { Facts } from '../facts/facts.ts';

/** Without a probability of its own, what was found was found for sure. */
const SURE = 1;

/** Words with their confidence, each once and at its surest; undefined when neither objects nor attributes were looked for. */
export const seenTags = ({ objects, attributes }: Facts): { name: string; confidence: number }[] | undefined => {
  if (objects === undefined && attributes === undefined) return undefined;
  const seen = new Map<string, number>();
  const add = (name: string, confidence: number): void =>
    void seen.set(name.toLowerCase(), Math.max(confidence, seen.get(name.toLowerCase()) ?? 0));
  for (const { label, confidence = SURE } of objects ?? []) add(label, confidence);
  for (const { value, confidence } of Object.values(attributes ?? {})) add(value, confidence);
  return [...seen].map(([name, confidence]) => ({ name, confidence }));
};
