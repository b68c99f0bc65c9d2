// Texts of other languages than the main one: beside the main texts, by their tags, within bounds; people's words win here, too.
import { type Ending, remember, wasRejected } from './history.ts';
import { canonicalLang, isMainLang } from './languages.ts';
import { withTranslation } from './put-text.ts';
import type { CaptionRecord, Text, TextKind } from './record.ts';
import { isPersonal, mayReplace, type Texts, textsWhere } from './text-rules.ts';

/** Most languages of translations. */
export const MAX_LANGUAGES = 20;

/** Most bytes of all translations, as JSON in UTF-8: an item of DynamoDB holds 400 kB. */
export const MAX_TRANSLATION_BYTES = 100_000;

const encoder = new TextEncoder();

/** What would be too much; undefined when the translations are within the bounds. */
export const translationsExcess = ({ translations = {} }: CaptionRecord): string | undefined => {
  if (Object.keys(translations).length > MAX_LANGUAGES) return `an image has at most ${MAX_LANGUAGES} languages besides its main one`;
  const bytes = encoder.encode(JSON.stringify(translations)).length;
  return bytes > MAX_TRANSLATION_BYTES ? `the translations of an image have at most ${MAX_TRANSLATION_BYTES} bytes together` : undefined;
};

/** The record with `text` as the translation of `kind` into `lang`; the one before goes to the history. */
export const setTranslation = (record: CaptionRecord, lang: string, kind: TextKind, text: Text, ending: Ending): CaptionRecord => {
  const present = record.translations?.[lang]?.[kind];
  const { supersedes: _, ...fresh } = text;
  if (present === undefined) return withTranslation(record, lang, kind, fresh);
  const moved = remember(record, { kind, text: present, translation: true }, ending);
  return withTranslation(moved.record, lang, kind, { ...fresh, supersedes: moved.n });
};

/** The record without the translation of `kind` into `lang`, which goes to the history. */
export const removeTranslation = (record: CaptionRecord, lang: string, kind: TextKind, ending: Ending): CaptionRecord => {
  const present = record.translations?.[lang]?.[kind];
  if (present === undefined) return record;
  return withTranslation(remember(record, { kind, text: present, translation: true }, ending).record, lang, kind, undefined);
};

/**
 * The record after a machine has translated its text of `kind` into `text.lang`: never over a person's words, never into the main language,
 * and only within the bounds; otherwise the record as it was. `now` in ms since 1970.
 */
export const putTranslation = (record: CaptionRecord, kind: TextKind, text: Text, now: number): CaptionRecord => {
  const lang = canonicalLang(text.lang);
  if (lang === undefined || isMainLang(record, kind, lang) || wasRejected(record, kind, text)) return record;
  const present = record.translations?.[lang]?.[kind];
  if (!mayReplace(present, text) || present?.text === text.text) return record;
  const after = setTranslation(record, lang, kind, { ...text, lang }, { until: now, why: 'replaced' });
  return translationsExcess(after) === undefined ? after : record;
};

/** What outlives a new version of the picture of the translations. */
export const lastingTranslations = ({ translations = {} }: CaptionRecord): NonNullable<CaptionRecord['translations']> => {
  const lasting = Object.entries(translations).map(([lang, texts]): [string, Texts] => [lang, textsWhere(texts ?? {}, isPersonal)]);
  return Object.fromEntries(lasting.filter(([, texts]) => Object.keys(texts).length > 0));
};
