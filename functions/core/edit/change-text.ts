// A person writes a text, or withdraws one: PUT and DELETE /v1/images/{id}/texts/{field}.
import type { Principal } from '../lookup/principal.ts';
import { isMainLang, mainLang, USUAL_LANG } from '../record/languages.ts';
import type { CaptionRecord, TextKind } from '../record/record.ts';
import { checkedKind, checkedLang, checkedLine, checkedText, MAX_NOTE_CHARS } from './check-text.ts';
import { type EditPorts, editRecord } from './edit-record.ts';
import { personalText, putPersonal, putPersonalTranslation, type Wish, withdrawText, withdrawTranslation } from './personal-texts.ts';

/**
 * What is to be written. `text` null: withdraw it. `lang`: BCP 47, that of the main text when left out; another one than the main text's is
 * a translation. `locked`: no machine may touch it; left out, a locked text stays locked. `note`: why, for the history.
 */
export type TextChange = { field: string; text: string | null; lang?: string; locked?: boolean; note?: string };

type Checked = { kind: TextKind; text: string | null; lang?: string; locked?: boolean; note?: string };

const checked = ({ field, text, lang, locked, note }: TextChange): Checked => {
  const kind = checkedKind('field', field);
  return {
    kind,
    text: text === null ? null : checkedText('text', kind, text),
    ...(lang !== undefined && { lang: checkedLang('lang', lang) }),
    ...(locked !== undefined && { locked }),
    ...(note !== undefined && { note: checkedLine('note', note, MAX_NOTE_CHARS) }),
  };
};

const changed = (record: CaptionRecord, { kind, text, lang, locked }: Checked, wish: Wish): CaptionRecord => {
  if (lang === undefined || isMainLang(record, kind, lang)) {
    if (text === null) return withdrawText(record, kind, wish);
    const present = record.texts[kind];
    return putPersonal(
      record,
      kind,
      personalText(record, { text, lang: lang ?? mainLang(record, kind) ?? USUAL_LANG, locked }, present, wish),
      wish,
    );
  }
  if (text === null) return withdrawTranslation(record, lang, kind, wish);
  const present = record.translations?.[lang]?.[kind];
  return putPersonalTranslation(record, kind, personalText(record, { text, lang, locked }, present, wish), wish);
};

/**
 * The record after the change; the same again changes nothing.
 * @throws RequestError INVALID_REQUEST naming the field, NOT_FOUND, PRECONDITION_REQUIRED, PRECONDITION_FAILED, CONTENDED
 */
export const changeText = async (
  ports: EditPorts,
  principal: Principal,
  id: string,
  wanted: TextChange,
  ifMatch: string | undefined,
): Promise<CaptionRecord> => {
  const change = checked(wanted);
  const note = change.note === undefined || change.note === '' ? {} : { note: change.note };
  return editRecord(ports, principal, id, ifMatch, (record, by, now) => changed(record, change, { by, now, ...note }));
};
