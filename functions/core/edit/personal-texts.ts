// What people's wishes do to the texts of a record; each keeps what was there before in the history.
import { invalidField } from '../lookup/request-error.ts';
import { bestPast, removeText, setText, withoutProposal } from '../record/put-text.ts';
import type { CaptionRecord, PastText, Text, TextKind } from '../record/record.ts';
import { isPersonal } from '../record/text-rules.ts';
import { removeTranslation, setTranslation, translationsExcess } from '../record/translations.ts';

/** Who wishes it, when (ms since 1970), and why. */
export type Wish = { by: string; now: number; note?: string };

const ending = ({ by, now, note }: Wish, why: PastText['why']) => ({ until: now, why, endedBy: by, ...(note !== undefined && { note }) });

/** Whether it is the same again; for another reason it is not. */
const isSame = (a: Text | undefined, b: Text): boolean =>
  a !== undefined &&
  a.text === b.text &&
  a.lang === b.lang &&
  a.origin === b.origin &&
  (a.locked ?? false) === (b.locked ?? false) &&
  (b.reason === undefined || a.reason === b.reason) &&
  a.sha256 === b.sha256;

/** A person's words, about the picture as it is. `locked` undefined: as it is with the text that they take the place of. */
export const personalText = (
  { picture }: CaptionRecord,
  { text, lang, locked }: { text: string; lang: string; locked: boolean | undefined },
  present: Text | undefined,
  { by, now, note }: Wish,
): Text => {
  const sha256 = picture?.sha256;
  return {
    text,
    lang,
    origin: 'human',
    by,
    at: now,
    ...(note !== undefined && { reason: note }),
    ...((locked ?? present?.locked) === true && { locked: true }),
    ...(sha256 !== undefined && { sha256 }),
  };
};

/** The record with a person's text as the current one; a proposal beside it is settled by that. */
export const putPersonal = (record: CaptionRecord, kind: TextKind, text: Text, wish: Wish): CaptionRecord => {
  if (isSame(record.texts[kind], text)) return record;
  return setText(withoutProposal(record, kind), kind, text, ending(wish, 'replaced'));
};

/** The record with a person's translation. @throws RequestError INVALID_REQUEST when there would be too many */
export const putPersonalTranslation = (record: CaptionRecord, kind: TextKind, text: Text, wish: Wish): CaptionRecord => {
  if (isSame(record.translations?.[text.lang]?.[kind], text)) return record;
  const after = setTranslation(record, text.lang, kind, text, ending(wish, 'replaced'));
  const excess = translationsExcess(after);
  if (excess !== undefined) throw invalidField('lang', excess);
  return after;
};

/** The record without a person's text; the best automatic one for the same picture comes back, unless machines may only propose. */
export const withdrawText = (record: CaptionRecord, kind: TextKind, wish: Wish): CaptionRecord => {
  const present = record.texts[kind];
  if (present === undefined || !isPersonal(present)) throw invalidField('field', `no person has written the ${kind}: reject it instead`);
  const back = record.withheld?.[kind] === undefined ? (bestPast(record, kind) ?? record.proposals?.[kind]) : undefined;
  const end = ending(wish, 'withdrawn');
  return back === undefined ? removeText(record, kind, end) : setText(record, kind, back, end);
};

/** The record without a translation that a person has written. */
export const withdrawTranslation = (record: CaptionRecord, lang: string, kind: TextKind, wish: Wish): CaptionRecord => {
  const present = record.translations?.[lang]?.[kind];
  if (present === undefined) throw invalidField('lang', `there is no ${kind} in ${lang}`);
  return removeTranslation(record, lang, kind, ending(wish, 'withdrawn'));
};

/** The record after a person has stood for a machine's words: reviewed, and about the picture as it is. */
export const acceptText = (record: CaptionRecord, kind: TextKind, said: Text, wish: Wish): CaptionRecord => {
  const sha256 = record.picture?.sha256;
  const { locked: _, ...words } = said;
  const isLocked = record.texts[kind]?.locked === true;
  const accepted: Text = {
    ...words,
    ...(said.origin === 'human' ? {} : { origin: 'reviewed', by: wish.by, ...(wish.note !== undefined && { reason: wish.note }) }),
    at: wish.now,
    ...(isLocked && { locked: true }),
    ...(sha256 !== undefined && { sha256 }),
  };
  return putPersonal(record, kind, accepted, wish);
};

/** The record after a person has rejected the current text: machines may only propose another until the picture is another one. */
export const rejectText = (record: CaptionRecord, kind: TextKind, wish: Wish & { note: string }): CaptionRecord => {
  const removed = removeText(record, kind, ending(wish, 'rejected'));
  return { ...removed, withheld: { ...record.withheld, [kind]: { by: wish.by, at: wish.now, reason: wish.note } } };
};
