// Which stored texts may be used: those of the language that is asked for, and none that a person has rejected or corrected elsewhere.
import { canonicalLang } from '../record/languages.ts';
import { type CaptionRecord, TEXT_KINDS, type Text, type TextKind } from '../record/record.ts';
import { rank, type Texts } from '../record/text-rules.ts';

const primary = (lang: string): string => lang.split('-')[0] ?? '';

/** From the exact language to any of its kind: de-AT, then de, then de-CH. */
const closeness = (lang: string, wanted: string): number => {
  if (lang === wanted) return 3;
  if (lang === primary(wanted)) return 2;
  return primary(lang) === primary(wanted) ? 1 : 0;
};

const textIn = ({ texts, translations = {} }: CaptionRecord, kind: TextKind, wanted: string): Text | undefined => {
  const main = texts[kind];
  const others = Object.values(translations).flatMap((translation) => translation?.[kind] ?? []);
  const all = main === undefined ? others : [main, ...others];
  const close = (text: Text): number => closeness(canonicalLang(text.lang) ?? text.lang, wanted);
  const best = all.reduce<Text | undefined>((so, text) => (close(text) > (so === undefined ? 0 : close(so)) ? text : so), undefined);
  return best ?? main;
};

/** The stored texts of a language; where there is none of it, those of the main one. */
const textsIn = (record: CaptionRecord, lang: string | undefined): Texts => {
  if (lang === undefined) return record.texts;
  const wanted = canonicalLang(lang) ?? lang;
  return Object.fromEntries(
    TEXT_KINDS.flatMap((kind) => {
      const text = textIn(record, kind, wanted);
      return text === undefined ? [] : [[kind, text]];
    }),
  );
};

/** Whether a person has written or read it: then no rule changes it. The file's own text is a person's, too. */
export const isPersons = ({ origin, locked }: Text): boolean => origin !== 'machine' || locked === true;

const isWithheld = ({ withheld }: CaptionRecord, kind: TextKind): boolean =>
  withheld?.[kind] !== undefined || (kind === 'caption' && withheld?.alt !== undefined);

/** A caption that a machine wrote is not used beside an alt text that a person wrote or read: that is the better caption. */
const captionOf = ({ alt, caption }: Texts): Text | undefined => {
  if (alt === undefined || alt.text === '' || rank(alt) < rank({ origin: 'reviewed' })) return caption;
  return caption === undefined || rank(caption) < rank(alt) ? alt : caption;
};

/**
 * The stored texts that may be used.
 * @param lang BCP 47
 */
export const usableTexts = (record: CaptionRecord, lang?: string): Texts => {
  const kept = Object.entries(textsIn(record, lang)).filter(([kind, text]) => isPersons(text) || !isWithheld(record, kind as TextKind));
  const texts: Texts = Object.fromEntries(kept);
  const caption = captionOf(texts);
  return caption === undefined ? texts : { ...texts, caption };
};
