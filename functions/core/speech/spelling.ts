// How text that stands in a picture is said: capitals as words and not letter by letter, codes letter by letter. `say-as` would change
// to another voice with Polly's neural engine, so an alias is said: https://docs.aws.amazon.com/polly/latest/dg/say-as-tag.html
import type { SpeechPart } from './speech-ports.ts';

/** Capitals shorter than this may be a word or an abbreviation: the engine knows better. */
const LEAST_WORD = 4;
/** Longer runs of capitals and figures are neither words nor codes. */
const LONGEST_SPELLED = 40;

const PIECES = /[\p{Lu}\p{N}]+(?:[-/.][\p{Lu}\p{N}]+)*|[^\p{Lu}\p{N}]+/gu;
const CAPITALS = /^\p{Lu}{2,}$/u;
const HAS_VOWEL = /[AEIOUYÀ-ÅÈ-ÏÒ-ÖØ-ÜÝŒÆ]/u;
const LATIN = /^[\p{Script=Latin}\p{N}\-/.]+$/u;
const NEXT_TO_SMALL = /^\p{Ll}/u;

/** "5TH", "1ST": a word. */
const ORDINAL = /^\p{N}+(?:ST|ND|RD|TH)$/u;

const letterByLetter = (run: string): string => [...run].join(' ');

const isWord = (run: string): boolean => CAPITALS.test(run) && run.length >= LEAST_WORD && HAS_VOWEL.test(run);

/** Letters and figures together are a code, unless a whole word is among them (COVID-19). */
const isCode = (runs: readonly string[]): boolean =>
  runs.some((run) => /\p{Lu}/u.test(run)) && runs.some((run) => /\p{N}/u.test(run)) && !runs.some(isWord);

const aliasOf = (piece: string): string | undefined => {
  if (piece.length > LONGEST_SPELLED || !LATIN.test(piece)) return undefined;
  if (ORDINAL.test(piece)) return piece.toLowerCase();
  const runs = piece.split(/[-/.]/);
  if (isCode(runs)) return runs.map(letterByLetter).join(', ');
  if (!runs.every((run) => CAPITALS.test(run) || /^\p{N}+$/u.test(run))) return undefined;
  if (runs.some(isWord)) return runs.map((run) => (isWord(run) ? run.toLowerCase() : run)).join(' ');
  return runs.length === 1 && CAPITALS.test(piece) && !HAS_VOWEL.test(piece) ? letterByLetter(piece) : undefined;
};

/** The parts of a text in a picture; their texts joined are the text. */
export const spelled = (text: string): SpeechPart[] => {
  const pieces = text.match(PIECES) ?? [];
  const parts: SpeechPart[] = [];
  for (const [at, piece] of pieces.entries()) {
    // the capital of a word in small letters is no abbreviation
    const alias = NEXT_TO_SMALL.test(pieces[at + 1] ?? '') ? undefined : aliasOf(piece);
    const last = parts.at(-1);
    if (alias !== undefined) parts.push({ text: piece, alias });
    else if (last === undefined || last.alias !== undefined) parts.push({ text: piece });
    else last.text += piece;
  }
  return parts;
};
