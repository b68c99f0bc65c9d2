// What is said about a picture: its alternative text or its long description as they are written, uncertainty first (studies with blind
// readers: a wrong confident text is worse than none), text in the picture in its own language and spelled so that it is understood.

import type { Facts } from '../facts/facts.ts';
import { QUOTATION } from '../lint/quotations.ts';
import { UNKNOWN_LANG, USUAL_LANG } from '../record/languages.ts';
import type { CaptionRecord, Text } from '../record/record.ts';
import { type AltAnswer, altFor } from '../text/alt-for.ts';
import { doubted, isUnsure } from '../text/certainty.ts';
import { longParts } from '../text/long-description.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { AltUse } from '../text/usages.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import type { Silence, SpeechPart, SpokenText } from './speech-ports.ts';
import { spelled } from './spelling.ts';

/** Texts that can be heard. */
export const SPOKEN_FIELDS = ['alt', 'long'] as const;

/** What is to be heard, and where the picture stands; `field` is `alt` where left out. */
export type SpeechUse = AltUse & { field?: (typeof SPOKEN_FIELDS)[number] };

/** Characters that XML 1.0 cannot hold, and those that are not heard. */
const UNHEARD = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]+/gu;

const cleaned = (text: string): string => text.replace(UNHEARD, ' ').replace(/\s+/g, ' ').trim();

const sameWords = (a: string, b: string): boolean => cleaned(a).toLowerCase() === cleaned(b).toLowerCase();

/** The language of a text in the picture, where one was found that differs from the one around it. */
const langOf = (quoted: string, around: string, facts: Facts | undefined): string | undefined => {
  const lang = facts?.text?.find(({ text }) => sameWords(text, quoted))?.lang;
  return lang === undefined || lang === UNKNOWN_LANG || lang === around ? undefined : lang;
};

const partsOf = (text: string, lang: string, facts: Facts | undefined): SpeechPart[] => {
  const parts: SpeechPart[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) parts.push({ text: text.slice(from, to) });
  };
  for (const { 0: quotation, index } of text.matchAll(QUOTATION)) {
    const quoted = quotation.slice(1, -1);
    plain(index + 1);
    const own = langOf(quoted, lang, facts);
    parts.push(...spelled(quoted).map((part) => (own === undefined ? part : { ...part, lang: own })));
    from = index + 1 + quoted.length;
  }
  plain(text.length);
  return parts;
};

/** Lines of a text are its paragraphs. */
const spokenText = (text: string, lang: string, facts: Facts | undefined): SpokenText => {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(cleaned)
    .filter((line) => line !== '');
  return { lang, paragraphs: lines.map((line) => partsOf(line, lang, facts)) };
};

const knownLang = (lang: string | undefined, asked: string | undefined): string =>
  lang === undefined || lang === UNKNOWN_LANG ? (asked ?? USUAL_LANG) : lang;

const sureOf = (sure: readonly string[]): string => (sure.length === 0 ? '' : `; sure are: ${sure.join(', ')}`);

const WHY_SILENT: Readonly<Record<AltAnswer['status'], string>> = {
  described: 'the text has nothing that can be heard',
  decorative: 'for this use the alternative text is empty, so there is nothing to say',
  pending: 'the picture is still being described',
  failed: 'the picture could not be described',
  abstained: 'there is no description that is sure enough to be said',
};

const whySilent = ({ status, reason, sure, next }: AltAnswer): string => {
  const why = `${WHY_SILENT[status]}${reason === undefined ? '' : ` (${reason})`}${sureOf(sure)}`;
  return next === undefined ? why : `${why}. ${next}`;
};

const altToSay = (record: CaptionRecord, use: SpeechUse, rules: WordingRules): SpokenText | Silence => {
  const answer = altFor(record, { disclose: 'lead', ...use }, rules);
  const spoken = spokenText(answer.alt ?? '', knownLang(answer.lang, use.lang), record.facts);
  return spoken.paragraphs.length > 0 ? spoken : { silent: whySilent(answer) };
};

/**
 * The parts that rules have rendered stand apart, so that there is a pause between them, and say their doubts themselves; a person's text has
 * its own lines.
 */
const longLines = (record: CaptionRecord, long: Text, use: SpeechUse, rules: WordingRules): string => {
  const parts = longParts(record, rules, use.lang).map(({ text }) => text);
  if (parts.length > 1 && parts.join(' ') === long.text) return parts.join('\n');
  return use.disclose !== 'none' && isUnsure(long) ? doubted(long.text, long.lang) : long.text;
};

const longToSay = (record: CaptionRecord, use: SpeechUse, rules: WordingRules): SpokenText | Silence => {
  const { long } = effectiveTexts(record, rules, use.lang);
  const lines = long === undefined ? '' : longLines(record, long, use, rules);
  const spoken = spokenText(lines, knownLang(long?.lang, use.lang), record.facts);
  return spoken.paragraphs.length > 0 ? spoken : { silent: 'there is no long description of this picture; ask with field=alt' };
};

/** What is said for a use, or why there is nothing to say. */
export const speechText = (record: CaptionRecord, use: SpeechUse, rules: WordingRules): SpokenText | Silence =>
  use.field === 'long' ? longToSay(record, use, rules) : altToSay(record, use, rules);

/** Whether there is nothing to say. */
export const isSilent = (spoken: SpokenText | Silence): spoken is Silence => 'silent' in spoken;
