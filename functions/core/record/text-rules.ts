// Which text may take the place of which: people's words win over machines' words, always.
import { type CaptionRecord, ORIGINS, type Text, type TextKind } from './record.ts';

/** The texts of a record. */
export type Texts = CaptionRecord['texts'];

/** How strong a text is: its origin's place in the ladder. */
export const rank = ({ origin }: Pick<Text, 'origin'>): number => ORIGINS.indexOf(origin);

/** Whether no person has written the text or stood for it. */
export const isAutomatic = ({ origin }: Pick<Text, 'origin'>): boolean => origin === 'machine' || origin === 'embedded';

/** Whether only a person may change or remove it. */
export const isPersonal = (text: Pick<Text, 'origin' | 'locked'>): boolean => text.locked === true || !isAutomatic(text);

/** Whether `text` may stand where `present` stands: never over a stronger origin, and no automatic one over a locked one. */
export const mayReplace = (present: Text | undefined, text: Text): boolean => {
  if (present === undefined) return true;
  if (present.locked === true && isAutomatic(text)) return false;
  return rank(text) >= rank(present);
};

/** `texts` with each of `added` that is not weaker than what is there: what one look at a picture has found, before it meets a record. */
export const mergeTexts = (texts: Texts, added: Texts): Texts => {
  const merged: Texts = { ...texts };
  for (const [kind, text] of Object.entries(added) as [TextKind, Text][]) if (mayReplace(merged[kind], text)) merged[kind] = text;
  return merged;
};

/** The entries of `texts` that `keep` wants. */
export const textsWhere = (texts: Texts, keep: (text: Text) => boolean): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => keep(text)));

/** What outlives a new version of the picture: people's texts, and what they have locked. */
export const lastingTexts = (texts: Texts): Texts => textsWhere(texts, isPersonal);
