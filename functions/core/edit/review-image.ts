// A person decides about a picture's texts: POST /v1/images/{id}/review.
import type { Principal } from '../lookup/principal.ts';
import { invalidField } from '../lookup/request-error.ts';
import { remember } from '../record/history.ts';
import { mainLang, USUAL_LANG } from '../record/languages.ts';
import { withoutProposal } from '../record/put-text.ts';
import { type CaptionRecord, type REVIEW_ACTIONS, TEXT_KINDS, type TextKind } from '../record/record.ts';
import { isPersonal } from '../record/text-rules.ts';
import { offeredText } from '../text/offered-text.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { checkedKind, checkedLine, checkedText, MAX_NOTE_CHARS } from './check-text.ts';
import { type EditPorts, editRecord } from './edit-record.ts';
import { acceptText, personalText, putPersonal, rejectText, type Wish } from './personal-texts.ts';

/** Which text a decision is about: the current one, or the proposal beside it. */
export const REVIEW_TARGETS = ['current', 'proposal'] as const;

/**
 * The decision. `field`: of `accept` and `reject`, the one text that is meant: its proposal when it has one, unless `of` says otherwise; left
 * out: all current texts that no person has written. Of `edit` the text that is written, alt when left out. `decorative` is about the alt.
 */
export type ReviewDecision = {
  action: (typeof REVIEW_ACTIONS)[number];
  field?: string;
  of?: (typeof REVIEW_TARGETS)[number];
  /** of `edit` */
  text?: string;
  /** of `reject` it has to be given */
  reason?: string;
};

type Decide = (record: CaptionRecord, wish: Wish) => CaptionRecord;
type Place = { kind: TextKind; of: (typeof REVIEW_TARGETS)[number] };

const placeOf = (record: CaptionRecord, kind: TextKind, of: ReviewDecision['of']): Place => {
  const found: Place = { kind, of: of ?? (record.proposals?.[kind] === undefined ? 'current' : 'proposal') };
  const text = found.of === 'proposal' ? record.proposals?.[kind] : record.texts[kind];
  if (text === undefined)
    throw invalidField('field', found.of === 'proposal' ? `there is no proposal for the ${kind}` : `there is no ${kind}`);
  return found;
};

/** What is meant without a field. */
const usualPlaces = (record: CaptionRecord, of: ReviewDecision['of'], isMeant: (kind: TextKind) => boolean): Place[] => {
  const kinds = of === 'proposal' ? TEXT_KINDS.filter((kind) => record.proposals?.[kind] !== undefined) : TEXT_KINDS.filter(isMeant);
  if (kinds.length === 0) throw invalidField('field', 'there is no text that this could be about: name one, or write one');
  return kinds.map((kind) => ({ kind, of: of ?? 'current' }));
};

/** People stand for the words that they were shown. */
const acceptOne = (record: CaptionRecord, { kind, of }: Place, wish: Wish, rules: WordingRules): CaptionRecord => {
  const said = offeredText(record, kind, of, rules);
  return said === undefined ? record : acceptText(withoutProposal(record, kind), kind, said, wish);
};

const accept = (kind: TextKind | undefined, of: ReviewDecision['of'], rules: WordingRules): Decide => {
  const places = (record: CaptionRecord): Place[] =>
    kind === undefined ? usualPlaces(record, of, (one) => record.texts[one] !== undefined) : [placeOf(record, kind, of)];
  return (record, wish) => places(record).reduce((after, place) => acceptOne(after, place, wish, rules), record);
};

const rejectOne = (record: CaptionRecord, { kind, of }: Place, wish: Wish & { note: string }): CaptionRecord => {
  const proposal = record.proposals?.[kind];
  if (of === 'current') return rejectText(record, kind, wish);
  if (proposal === undefined) return record;
  const ending = { until: wish.now, why: 'rejected', endedBy: wish.by, note: wish.note } as const;
  return withoutProposal(remember(record, { kind, text: proposal }, ending).record, kind);
};

const reject = (kind: TextKind | undefined, of: ReviewDecision['of'], reason: string): Decide => {
  const isOpen = (record: CaptionRecord, one: TextKind): boolean => {
    const text = record.texts[one];
    return text !== undefined && !isPersonal(text);
  };
  const places = (record: CaptionRecord): Place[] =>
    kind === undefined ? usualPlaces(record, of, (one) => isOpen(record, one)) : [placeOf(record, kind, of)];
  return (record, wish) => places(record).reduce((after, place) => rejectOne(after, place, { ...wish, note: reason }), record);
};

const write =
  (kind: TextKind, text: string): Decide =>
  (record, wish) => {
    const present = record.texts[kind];
    return putPersonal(
      record,
      kind,
      personalText(record, { text, lang: mainLang(record, kind) ?? USUAL_LANG, locked: undefined }, present, wish),
      wish,
    );
  };

const decisionOf = ({ action, field, of, text, reason }: ReviewDecision, rules: WordingRules): Decide => {
  const kind = field === undefined ? undefined : checkedKind('field', field);
  if (action === 'accept') return accept(kind, of, rules);
  if (action === 'decorative') {
    if (kind !== undefined && kind !== 'alt') throw invalidField('field', 'only an alt can say that a picture is decorative');
    return write('alt', '');
  }
  if (action === 'edit') {
    if (text === undefined) throw invalidField('text', 'must be given to edit');
    return write(kind ?? 'alt', checkedText('text', kind ?? 'alt', text));
  }
  if (reason === undefined || reason.trim() === '') throw invalidField('reason', 'must be given to reject');
  return reject(kind, of, checkedLine('reason', reason, MAX_NOTE_CHARS));
};

/**
 * The record after the decision.
 * @throws RequestError INVALID_REQUEST naming the field, NOT_FOUND, PRECONDITION_REQUIRED, PRECONDITION_FAILED, CONTENDED
 */
export const reviewImage = async (
  ports: EditPorts & { settings: WordingRules },
  principal: Principal,
  id: string,
  decision: ReviewDecision,
  ifMatch: string | undefined,
): Promise<CaptionRecord> => {
  const decide = decisionOf(decision, ports.settings);
  const { action } = decision;
  const reason = decision.reason === undefined ? '' : checkedLine('reason', decision.reason, MAX_NOTE_CHARS);
  return editRecord(ports, principal, id, ifMatch, (record, by, now) => {
    const after = decide(record, { by, now, ...(reason !== '' && { note: reason }) });
    return { ...after, review: { action, by, at: now, ...(reason !== '' && { reason }) } };
  });
};
