// The use case of translating: a picture's texts into another language by a machine, beside what people have written and never over it.
import { checkedLang } from '../edit/check-text.ts';
import { editRecord } from '../edit/edit-record.ts';
import { CodedError } from '../errors.ts';
import { QUOTATION } from '../lint/quotations.ts';
import { findImage } from '../lookup/lookup-images.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import { invalidField, RequestError } from '../lookup/request-error.ts';
import { isMainLang, UNKNOWN_LANG, USUAL_LANG } from '../record/languages.ts';
import { type CaptionRecord, TEXT_KINDS, type Text, type TextKind } from '../record/record.ts';
import { isPersonal } from '../record/text-rules.ts';
import { putTranslation } from '../record/translations.ts';
import { effectiveTexts } from '../text/texts-of.ts';
import type { TextStretch, Translator } from './translate-ports.ts';

/** What is to be translated: into `lang` (BCP 47), all texts that there are, or those of `fields`. */
export type TranslationWish = { lang: string; fields?: readonly TextKind[] };

const ANY_STATE = '*';

/** Quotations are text in the picture: they are kept, with their marks. */
const stretchesOf = (text: string): TextStretch[] => {
  const stretches: TextStretch[] = [];
  let from = 0;
  for (const { 0: quotation, index } of text.matchAll(QUOTATION)) {
    if (index > from) stretches.push({ text: text.slice(from, index) });
    stretches.push({ text: quotation, keep: true });
    from = index + quotation.length;
  }
  if (from < text.length) stretches.push({ text: text.slice(from) });
  return stretches;
};

const translated = async ({ name, translate }: Translator, source: Text, to: string, at: number): Promise<Text> => {
  const stretches = stretchesOf(source.text);
  const from = source.lang === UNKNOWN_LANG ? USUAL_LANG : source.lang;
  const text = (await translate({ stretches, from, to })).trim();
  if (text === '') throw new CodedError('INTERNAL', 'the translator gave no text');
  const lost = stretches.some((stretch) => stretch.keep === true && !text.includes(stretch.text));
  if (lost) throw new CodedError('INTERNAL', 'the translator changed a text that stands in the picture');
  const { sha256 } = source;
  return { text, lang: to, origin: 'machine', at, model: name, ...(sha256 !== undefined && { sha256 }) };
};

/** Texts that can be translated: not those that are empty on purpose. */
const sourcesOf = (record: CaptionRecord, { settings }: Lookup, fields: readonly TextKind[]): [TextKind, Text][] => {
  const texts = effectiveTexts(record, settings);
  return fields.flatMap((kind): [TextKind, Text][] => {
    const text = texts[kind];
    return text === undefined || text.text === '' ? [] : [[kind, text]];
  });
};

/** Those that a machine may write: not into the language that they are in, and not over a person's words. */
const wantedOf = (record: CaptionRecord, sources: readonly [TextKind, Text][], lang: string): [TextKind, Text][] =>
  sources.filter(([kind]) => {
    const present = record.translations?.[lang]?.[kind];
    return !isMainLang(record, kind, lang) && (present === undefined || !isPersonal(present));
  });

/** @throws RequestError CONTENDED when a text was changed while it was being translated */
const checkSources = (record: CaptionRecord, { settings }: Lookup, sources: readonly [TextKind, Text][]): void => {
  const texts = effectiveTexts(record, settings);
  if (sources.every(([kind, { text }]) => texts[kind]?.text === text)) return;
  throw new RequestError('CONTENDED', 'the texts were changed while they were being translated; try again');
};

/**
 * The record with translations of its texts, each a machine's. People's translations stay; what the same machine said before goes to the history.
 * @throws RequestError TRANSLATION_OFF, NOT_FOUND, INVALID_REQUEST naming `lang`, NOTHING_TO_TRANSLATE, LANGUAGE_NOT_TRANSLATED,
 * PRECONDITION_FAILED, CONTENDED; and what the translator throws
 */
export const translateTexts = async (
  lookup: Lookup,
  principal: Principal,
  id: string,
  { lang: asked, fields = TEXT_KINDS }: TranslationWish,
  ifMatch: string = ANY_STATE,
): Promise<CaptionRecord> => {
  const { translator } = lookup;
  if (translator === undefined) {
    throw new RequestError(
      'TRANSLATION_OFF',
      'translation is switched off here; deploy with the setting translate=amazon, or write the text yourself',
    );
  }
  const lang = checkedLang('lang', asked);
  const record = await findImage(lookup, principal, id);
  const sources = sourcesOf(record, lookup, fields);
  if (sources.length === 0) throw new RequestError('NOTHING_TO_TRANSLATE', 'there is no text yet that could be translated');
  if (sources.every(([kind]) => isMainLang(record, kind, lang))) throw invalidField('lang', 'is the language of the texts already');
  const texts = await Promise.all(
    wantedOf(record, sources, lang).map(
      async ([kind, source]) => [kind, await translated(translator, source, lang, lookup.clock())] as const,
    ),
  );
  return editRecord(lookup, principal, id, ifMatch, (before, _, now) => {
    checkSources(before, lookup, sources);
    return texts.reduce((after, [kind, text]) => putTranslation(after, kind, text, now), before);
  });
};
