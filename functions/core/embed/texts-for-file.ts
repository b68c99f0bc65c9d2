// Which texts of a record go into a file: those of people unless others are asked for, and only what was written for this very picture.
import { type CaptionRecord, ORIGINS, type Origin, type Text, type TextKind } from '../record/record.ts';
import type { Texts } from '../record/text-rules.ts';
import { keywordsOf } from '../text/keywords.ts';
import { isUnwanted } from '../text/machine-words.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { ANY_LANGUAGE, type FileTexts, type LangText, WRITER_PREFIX } from './file-texts.ts';

/** Characters that XML 1.0 cannot hold, besides lone surrogates, and other control characters. */
const NOT_XML = /(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu;

/** Most keywords; more describe nothing. */
const MAX_KEYWORDS = 50;

const inXml = (text: string): string => text.toWellFormed().replace(NOT_XML, ' ').replace(/\r\n?/g, '\n').trim();

/** The weakest origin that is taken, and how machines' texts are worded. */
export type FileTextRules = { minOrigin: Origin; wording: WordingRules };

const isTaken = ({ picture }: CaptionRecord, minOrigin: Origin, text: Text | undefined): text is Text =>
  text !== undefined &&
  ORIGINS.indexOf(text.origin) >= ORIGINS.indexOf(minOrigin) &&
  (text.sha256 === undefined || text.sha256 === picture?.sha256) &&
  inXml(text.text) !== '';

const sameLanguage = (one: Text, other: Text): boolean => one.lang.toLowerCase() === other.lang.toLowerCase();

/** The texts of a kind that are taken: of the main language first, then translations. */
const takenOf = (record: CaptionRecord, languages: readonly Texts[], kind: TextKind, minOrigin: Origin): Text[] => {
  const taken = languages.map((texts) => texts[kind]).filter((text) => isTaken(record, minOrigin, text));
  return taken.filter((text, i) => taken.findIndex((other) => sameLanguage(text, other)) === i);
};

/** Long descriptions that say more than the alt text does. */
const longer = (long: readonly Text[], alt: readonly Text[]): Text[] =>
  long.filter((text) => alt.every((short) => !sameLanguage(text, short) || inXml(text.text) !== inXml(short.text)));

/** Tags that name a language: neither `und` (unknown) nor what is none, as files may bring along. */
const LANGUAGE = /^(?!(?:und|x)(?:-|$))[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/i;

/** The first one for all languages, then each by its own. */
const alternativesOf = (texts: readonly Text[]): LangText[] => {
  const alternatives = texts.map(({ lang, text }) => ({ lang, text: inXml(text) }));
  const first = alternatives.slice(0, 1).map(({ text }) => ({ lang: ANY_LANGUAGE, text }));
  return [...first, ...alternatives.filter(({ lang }) => LANGUAGE.test(lang))];
};

/** Keywords of the shop are people's; others come from machines. */
const keywordsFor = (record: CaptionRecord, { minOrigin, wording }: FileTextRules): string[] => {
  const words = minOrigin === 'machine' ? keywordsOf(record, wording) : (record.product?.keywords ?? []);
  return [...new Set(words.map(inXml))].filter((word) => word !== '' && !isUnwanted(word, record.product)).slice(0, MAX_KEYWORDS);
};

/** The texts, or why there are none to be written. */
export const textsForFile = (record: CaptionRecord, rules: FileTextRules): FileTexts | { none: 'decorative' | 'no texts' } => {
  const main = effectiveTexts(record, rules.wording);
  if (main.alt?.text === '') return { none: 'decorative' };
  const translated = Object.keys(record.translations ?? {}).map((lang) => effectiveTexts(record, rules.wording, lang));
  const taken = (kind: TextKind): Text[] => takenOf(record, [main, ...translated], kind, rules.minOrigin);
  const [alt, title] = [taken('alt'), taken('title')];
  const long = longer(taken('long'), alt);
  if (alt.length + long.length === 0) return { none: 'no texts' };
  const model = [...alt, ...long].find(({ origin }) => origin === 'machine')?.model;
  return {
    alt: alternativesOf(alt),
    long: alternativesOf(long),
    title: alternativesOf(title),
    keywords: keywordsFor(record, rules),
    ...(model !== undefined && { writer: `${WRITER_PREFIX}${inXml(model)}` }),
  };
};
