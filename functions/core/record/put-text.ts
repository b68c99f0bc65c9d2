// How a text comes to stand in a record: what stood there moves to the history, what may not stand there becomes a proposal beside it.
import { type Ending, remember, textOfPast, wasRejected } from './history.ts';
import type { CaptionRecord, PastText, Text, TextKind } from './record.ts';
import { isAutomatic, isPersonal, mayReplace, rank, type Texts } from './text-rules.ts';

/** `put`: where it may; `propose`: beside the current text in any case. */
export type Manner = 'put' | 'propose';

type Proposals = NonNullable<CaptionRecord['proposals']>;

const withProposals = (record: CaptionRecord, proposals: Proposals): CaptionRecord => {
  const { proposals: _, ...rest } = record;
  return Object.keys(proposals).length === 0 ? rest : { ...rest, proposals };
};

/** The record without the proposal of `kind`. */
export const withoutProposal = (record: CaptionRecord, kind: TextKind): CaptionRecord => {
  const { [kind]: _, ...others } = record.proposals ?? {};
  return withProposals(record, others);
};

/** Machines' translations of a text whose words have changed say the old words: they go to the history. */
const endTranslationsOf = (record: CaptionRecord, kind: TextKind, until: number): CaptionRecord => {
  let after = record;
  for (const [lang, texts] of Object.entries(record.translations ?? {})) {
    const text = texts?.[kind];
    if (text === undefined || isPersonal(text)) continue;
    after = remember(after, { kind, text, translation: true }, { until, why: 'replaced' }).record;
    after = withTranslation(after, lang, kind, undefined);
  }
  return after;
};

/** The record with this text as the translation of `kind`, or without one. */
export const withTranslation = (record: CaptionRecord, lang: string, kind: TextKind, text: Text | undefined): CaptionRecord => {
  const { translations: { [lang]: present = {}, ...others } = {}, ...rest } = record;
  const { [kind]: _, ...kept } = present;
  const texts: Texts = text === undefined ? kept : { ...kept, [kind]: text };
  const translations = Object.keys(texts).length === 0 ? others : { ...others, [lang]: texts };
  return Object.keys(translations).length === 0 ? rest : { ...rest, translations };
};

/** The record with this current text; a proposal of the same words is none any more. */
const withText = (record: CaptionRecord, kind: TextKind, text: Text | undefined): CaptionRecord => {
  const { [kind]: _, ...others } = record.texts;
  if (text === undefined) return { ...record, texts: others };
  const isSettled = record.proposals?.[kind]?.text === text.text;
  return { ...(isSettled ? withoutProposal(record, kind) : record), texts: { ...others, [kind]: text } };
};

/** The record with `text` as the current one; the one before goes to the history. */
export const setText = (record: CaptionRecord, kind: TextKind, text: Text, ending: Ending): CaptionRecord => {
  const present = record.texts[kind];
  const { supersedes: _, ...fresh } = text;
  if (present === undefined) return withText(record, kind, fresh);
  const moved = remember(record, { kind, text: present }, ending);
  const settled = present.text === text.text ? moved.record : endTranslationsOf(moved.record, kind, ending.until);
  return withText(settled, kind, { ...fresh, supersedes: moved.n });
};

/** The record without its current text, which goes to the history. */
export const removeText = (record: CaptionRecord, kind: TextKind, ending: Ending): CaptionRecord => {
  const present = record.texts[kind];
  if (present === undefined) return record;
  const moved = remember(record, { kind, text: present }, ending).record;
  return withText(endTranslationsOf(moved, kind, ending.until), kind, undefined);
};

const isSameStatement = (a: Text, b: Text): boolean =>
  a.text === b.text && a.lang === b.lang && a.origin === b.origin && a.model === b.model && a.sha256 === b.sha256;

/** A newer automatic text has been said since the proposal: it is overtaken, unless it is stronger. */
const overtaken = (record: CaptionRecord, kind: TextKind, text: Text): CaptionRecord => {
  const waiting = record.proposals?.[kind];
  return waiting !== undefined && (waiting.text === text.text || mayReplace(waiting, text)) ? withoutProposal(record, kind) : record;
};

const propose = (record: CaptionRecord, kind: TextKind, text: Text): CaptionRecord => {
  const waiting = record.proposals?.[kind];
  if (record.texts[kind]?.text === text.text) return overtaken(record, kind, text);
  if (waiting !== undefined && (isSameStatement(waiting, text) || !mayReplace(waiting, text))) return record;
  return withProposals(record, { ...record.proposals, [kind]: text });
};

const renewed = (present: Text, text: Text): Text =>
  present.supersedes === undefined ? text : { ...text, supersedes: present.supersedes };

/**
 * The record after a machine has said `text`, or it was found in the file: it takes the place of what is not stronger, not locked and not
 * withheld, and is a proposal otherwise. Words that a person has rejected for this picture are not said again. `now` in ms since 1970.
 */
export const putAutomatic = (record: CaptionRecord, kind: TextKind, said: Text, now: number, manner: Manner = 'put'): CaptionRecord => {
  // numbers of histories mean nothing in another record, which a text may be copied from
  const { supersedes: _, ...text } = said;
  const present = record.texts[kind];
  if (wasRejected(record, kind, text)) return record;
  const mayStand = record.withheld?.[kind] === undefined && mayReplace(present, text);
  if (manner === 'propose' || !mayStand) return propose(record, kind, text);
  const settled = overtaken(record, kind, text);
  if (present !== undefined && isSameStatement(present, text)) return withText(settled, kind, renewed(present, text));
  return setText(settled, kind, text, { until: now, why: 'replaced', ...(text.model !== undefined && { endedBy: text.model }) });
};

/** The record after each of `added` was put. */
export const putAllAutomatic = (record: CaptionRecord, added: Texts, now: number, manner: Manner = 'put'): CaptionRecord =>
  (Object.entries(added) as [TextKind, Text][]).reduce((after, [kind, text]) => putAutomatic(after, kind, text, now, manner), record);

/** The best automatic text of the history for the picture as it is: the strongest origin, then the newest. Never one that was rejected. */
export const bestPast = (record: CaptionRecord, kind: TextKind, isWanted: (past: PastText) => boolean = () => true): Text | undefined => {
  const fits = (past: PastText): boolean =>
    past.kind === kind &&
    past.translation === undefined &&
    isAutomatic(past) &&
    past.sha256 !== undefined &&
    past.sha256 === record.picture?.sha256 &&
    !wasRejected(record, kind, past);
  const [best] = (record.history ?? []).filter((past) => fits(past) && isWanted(past)).toSorted((a, b) => rank(b) - rank(a) || b.n - a.n);
  if (best === undefined) return undefined;
  const { locked: _, ...text } = textOfPast(best);
  return text;
};
