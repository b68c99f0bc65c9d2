// Languages of texts: BCP 47 tags, checked and written in one way, and which of them is the main one of a record.
import { type CaptionRecord, TEXT_KINDS, type TextKind } from './record.ts';

/** Most characters of a language tag. */
export const MAX_LANG_CHARS = 35;

/** Language of what the models of this repository write, and of texts whose language nobody has said. */
export const USUAL_LANG = 'en';

/** BCP 47 for a language that is not known. */
export const UNKNOWN_LANG = 'und';

/** A tag in its canonical form, such as `zh-Hant`; undefined when it is none. */
export const canonicalLang = (tag: string): string | undefined => {
  if (tag.length > MAX_LANG_CHARS) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};

/** Whether two tags may mean the same: one is the other, or only more exact (RFC 4647, basic filtering); an unknown one may be any. */
export const isSameLang = (a: string, b: string): boolean => {
  const [left, right] = [canonicalLang(a) ?? a, canonicalLang(b) ?? b];
  if (left === UNKNOWN_LANG || right === UNKNOWN_LANG || left === right) return true;
  return left.startsWith(`${right}-`) || right.startsWith(`${left}-`);
};

/** The language of a record's main text of this kind: its own, or that of the other texts; undefined when none of them tells. */
export const mainLang = ({ texts }: CaptionRecord, kind: TextKind): string | undefined => {
  const told = [texts[kind], ...TEXT_KINDS.map((other) => texts[other])].flatMap((text) => (text === undefined ? [] : [text.lang]));
  return told.find((lang) => lang !== UNKNOWN_LANG);
};

/** Whether a text of this kind in `lang` is the main one: the others are its translations. */
export const isMainLang = (record: CaptionRecord, kind: TextKind, lang: string): boolean => {
  const main = mainLang(record, kind);
  return main === undefined || isSameLang(lang, main);
};
