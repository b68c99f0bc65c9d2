// One text for a video out of its shots' captions: what is shown, in the order in which it is shown, each thing once.
import type { Shot } from '../facts/facts.ts';

/** Shots that a summary tells; the longest of them, in their order. */
const MOST_TOLD = 3;

const lengthOf = ({ startMs, endMs }: Shot): number => endMs - startMs;

/** A sentence in the middle of another: without its full stop, beginning small (unless the word is a name or an abbreviation). */
const within = (sentence: string): string => {
  const said = sentence.replace(/\.$/, '');
  return /^(?:An?|The|Two|Three|Four|Five|Several|Some|Many|People)\b/.test(said) ? said.charAt(0).toLowerCase() + said.slice(1) : said;
};

/** Shots that say something, each text once: at its first shot, as long as all of its shots together. */
const told = (shots: readonly Shot[]): { text: string; at: number; ms: number }[] => {
  const found = new Map<string, { text: string; at: number; ms: number }>();
  for (const [at, shot] of shots.entries()) {
    if (shot.text === undefined) continue;
    const known = found.get(shot.text);
    found.set(shot.text, { text: shot.text, at: known?.at ?? at, ms: (known?.ms ?? 0) + lengthOf(shot) });
  }
  return [...found.values()];
};

/** "A dog runs on grass; then two people sit at a table." '' when no shot says anything. */
export const summaryOf = (shots: readonly Shot[]): string => {
  const longest = told(shots)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, MOST_TOLD)
    .toSorted((a, b) => a.at - b.at);
  const [first, ...others] = longest.map(({ text }) => text);
  if (first === undefined) return '';
  return others.length === 0 ? first : `${[first.replace(/\.$/, ''), ...others.map((text) => `then ${within(text)}`)].join('; ')}.`;
};
