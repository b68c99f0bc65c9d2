// Which stored texts may be used: those of the language that is asked for, and none that a person has rejected or corrected elsewhere.
import { canonicalLang } from '../record/languages.ts';
import { type CaptionRecord, TEXT_KINDS, type Text, type TextKind } from '../record/record.ts';
import { rank, type Texts } from '../record/text-rules.ts';

const primary = (lang: string): string => lang.split('-')[0] ?? '';

/** From the exact language to any of its kind: de-AT, then de, then de-CH. */
const closeness = ({ lang }: Text, wanted: string): number => {
  const told = canonicalLang(lang) ?? lang;
  if (told === wanted) return 3;
  if (told === primary(wanted)) return 2;
  return primary(told) === primary(wanted) ? 1 : 0;
};

/** Whether a machine has translated words that a person has corrected since. */
const isOfOldWords = (translation: Text, main: Text | undefined): boolean =>
  translation.origin === 'machine' && main?.origin === 'human' && translation.at < main.at;

const textIn = ({ texts, translations = {} }: CaptionRecord, kind: TextKind, wanted: string): Text | undefined => {
  const main = texts[kind];
  let best: Text | undefined;
  for (const text of [main, ...Object.values(translations).map((translation) => translation?.[kind])]) {
    if (text === undefined || (text !== main && isOfOldWords(text, main))) continue;
    if (closeness(text, wanted) > (best === undefined ? 0 : closeness(best, wanted))) best = text;
  }
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

/**
 * A caption that a machine wrote is not used beside an alt text that a person wrote or read, as that is the better caption; nor one that is
 * further from the language that is asked for.
 */
const captionOf = ({ alt, caption }: Texts, lang: string | undefined): Text | undefined => {
  if (alt === undefined || alt.text === '') return caption;
  const isRead = rank(alt) >= rank({ origin: 'reviewed' });
  if (caption === undefined) return isRead ? alt : undefined;
  const wanted = lang === undefined ? undefined : (canonicalLang(lang) ?? lang);
  if (wanted !== undefined && closeness(alt, wanted) !== closeness(caption, wanted)) {
    return closeness(alt, wanted) > closeness(caption, wanted) ? alt : caption;
  }
  return isRead && rank(caption) < rank(alt) ? alt : caption;
};

/**
 * The stored texts that may be used.
 * @param lang BCP 47
 */
export const usableTexts = (record: CaptionRecord, lang?: string): Texts => {
  const kept = Object.entries(textsIn(record, lang)).filter(([kind, text]) => isPersons(text) || !isWithheld(record, kind as TextKind));
  const texts: Texts = Object.fromEntries(kept);
  const caption = captionOf(texts, lang);
  return caption === undefined ? texts : { ...texts, caption };
};
