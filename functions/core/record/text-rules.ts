// Which text may take the place of which: people's words win over machines' words, always.
import { type CaptionRecord, ORIGINS, type Text, type TextKind } from './record.ts';

/** The texts of a record. */
export type Texts = CaptionRecord['texts'];

const rank = ({ origin }: Text): number => ORIGINS.indexOf(origin);

const isAutomatic = ({ origin }: Text): boolean => origin === 'machine' || origin === 'embedded';

/** Whether `text` may stand where `present` stands: never over a stronger origin, and no automatic one over a locked one. */
export const mayReplace = (present: Text | undefined, text: Text): boolean => {
  if (present === undefined) return true;
  if (present.locked === true && isAutomatic(text)) return false;
  return rank(text) >= rank(present);
};

/** `texts` with `text` as its `kind`, or unchanged when it may not replace what is there. */
export const putText = (texts: Texts, kind: TextKind, text: Text): Texts =>
  mayReplace(texts[kind], text) ? { ...texts, [kind]: text } : texts;

/** `texts` after each of `added` was put. */
export const putTexts = (texts: Texts, added: Texts): Texts =>
  Object.entries(added).reduce((all, [kind, text]) => putText(all, kind as TextKind, text), texts);

/** The entries of `texts` that `keep` wants. */
export const textsWhere = (texts: Texts, keep: (text: Text) => boolean): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => keep(text)));

/** What a machine has written or found in the file; of no use once the picture is another one. */
export const automaticTexts = (texts: Texts): Texts => textsWhere(texts, isAutomatic);

/** What outlives a new version of the picture: people's texts, and what they have locked. */
export const lastingTexts = (texts: Texts): Texts => textsWhere(texts, (text) => text.locked === true || !isAutomatic(text));
