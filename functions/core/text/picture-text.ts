// Text that can be read in the picture: quoted, with its language, never translated (WCAG 1.1.1, WAI tutorial "Images of text").
import type { Facts } from '../facts/facts.ts';
import type { CaptionRecord } from '../record/record.ts';
import { isEnglish, TOLD_FROM } from './certainty.ts';
import { isUnwanted } from './machine-words.ts';
import { hasPhrase, wordsOf } from './words.ts';

/** A line of text in the picture. */
export type TextLine = NonNullable<Facts['text']>[number];

/** Share of the picture, 0..1, from which its text is what it is about. */
const MAIN_SHARE = 0.2;

/** Things of which the text is the content, where nobody knows how large the text is. */
const TEXT_THINGS = ['poster', 'banner', 'screenshot', 'document', 'page', 'flyer', 'leaflet', 'slide', 'certificate'];

const UNKNOWN = new Set(['und', 'zxx', 'mul']);

/** Lines that are read well enough to be told. */
export const readLines = ({ facts, product }: CaptionRecord): TextLine[] =>
  (facts?.text ?? []).filter(
    ({ text, confidence = 1 }) => wordsOf(text).length > 0 && confidence >= TOLD_FROM && !isUnwanted(text, product),
  );

/** The lines as one text, in reading order. */
export const joinedLines = (lines: readonly TextLine[]): string => lines.map(({ text }) => text.replace(/\s+/g, ' ').trim()).join(' ');

const shareOf = ({ box }: TextLine): number => (box === undefined ? 0 : box[2] * box[3]);

const isMainByCaption = (lines: readonly TextLine[], caption: string): boolean =>
  lines.length > 0 &&
  lines.every(({ box }) => box === undefined) &&
  (caption === '' || TEXT_THINGS.some((thing) => hasPhrase(caption, thing)));

/** Whether the picture is an image of text rather than one with text in it. */
export const isImageOfText = (lines: readonly TextLine[], caption: string): boolean => {
  const share = lines.reduce((sum, line) => sum + shareOf(line), 0);
  return share >= MAIN_SHARE || isMainByCaption(lines, caption);
};

/** The language of most of the lines; undefined when it is not known. */
export const langOfLines = (lines: readonly TextLine[]): string | undefined => {
  const langs = lines.flatMap(({ lang }) => (lang === undefined || UNKNOWN.has(lang) ? [] : [lang]));
  const counts = new Map<string, number>();
  for (const lang of langs) counts.set(lang, (counts.get(lang) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
};

/** The least sure of the lines; undefined where nobody has said. */
export const confidenceOfLines = (lines: readonly TextLine[]): number | undefined => {
  const told = lines.flatMap(({ confidence }) => (confidence === undefined ? [] : [confidence]));
  return told.length === 0 ? undefined : Math.min(...told);
};

const names = new Intl.DisplayNames(['en'], { type: 'language' });

/** The language's English name; undefined for what is none. */
const languageName = (lang: string): string | undefined => {
  try {
    return UNKNOWN.has(lang) ? undefined : names.of(lang);
  } catch {
    return undefined;
  }
};

const quoted = ({ text }: TextLine): string => `“${text.replace(/\s+/g, ' ').trim().replaceAll('“', '‘').replaceAll('”', '’')}”`;

const inLanguage = (lang: string | undefined): string => {
  const name = lang === undefined || isEnglish(lang) ? undefined : languageName(lang);
  return name === undefined ? '' : `in ${name}`;
};

/** An English sentence that quotes the lines, those of another language after the others and with its name; '' for none. */
const englishQuotes = (lines: readonly TextLine[], isDoubted: boolean): string => {
  const byLang = new Map<string, string[]>([['', []]]);
  for (const line of lines) {
    const language = inLanguage(line.lang);
    byLang.set(language, [...(byLang.get(language) ?? []), quoted(line)]);
  }
  const [first, ...others] = [...byLang].filter(([, quotes]) => quotes.length > 0);
  if (first === undefined) return '';
  const [language, quotes] = first;
  const opening = ['Text in the picture', isDoubted ? 'perhaps misread' : '', language].filter((words) => words !== '').join(', ');
  const more = others.map(([other, some]) => `; ${other}: ${some.join(', ')}`);
  return `${opening}: ${quotes.join(', ')}${more.join('')}.`;
};

/** The lines as a text of the language may quote them; rules write English, so in others they stand without words around them, nor doubt. */
export const quotesIn = (lines: readonly TextLine[], lang: string, isDoubted = false): string => {
  if (lines.length === 0 || isEnglish(lang)) return englishQuotes(lines, isDoubted);
  return `${lines.map(quoted).join(', ')}.`;
};
