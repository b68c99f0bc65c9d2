// Whether all contenders say the same of the same pictures; nothing is timed before this is known.
import type { Answer } from './protocol.ts';

/** How a contender's captions compare with the reference's, picture by picture. */
export type Equality = { name: string; equal: number; of: number; first: string | undefined };

/** Tokens of each caption. A contender that tells only texts gets the tokens of one that tells both, where their texts are equal. */
const tokensOf = ({ sequences, texts = [] }: Answer, both: Answer | undefined): string[] => {
  const all = sequences ?? texts.map((text, at) => (both?.texts?.[at] === text ? (both.sequences?.[at] ?? []) : [text]));
  return all.map((tokens) => tokens.join(' '));
};

/**
 * Compares token sequences with those of the first contender.
 * @param answers in order; the first is the reference
 */
export const compareAll = (answers: readonly { name: string; answer: Answer }[]): Equality[] => {
  const both = answers.find(({ answer }) => answer.sequences !== undefined && answer.texts !== undefined)?.answer;
  const all = answers.map(({ name, answer }) => ({ name, got: tokensOf(answer, both) }));
  const expected = all[0]?.got ?? [];
  return all.map(({ name, got }) => {
    const wrong = expected.findIndex((tokens, at) => got[at] !== tokens);
    const first = wrong < 0 ? undefined : `picture ${wrong}: ${got[wrong]} instead of ${expected[wrong]}`;
    return { name, equal: expected.filter((tokens, at) => got[at] === tokens).length, of: expected.length, first };
  });
};
