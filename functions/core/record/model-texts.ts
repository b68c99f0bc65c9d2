// From one model's words to another's: what was proposed becomes current, or what was current before comes back. Only among machines' texts.
import { bestPast, putAutomatic, setText, withoutProposal } from './put-text.ts';
import { type CaptionRecord, type MachineResult, TEXT_KINDS, type Text, type TextKind } from './record.ts';
import { mayReplace } from './text-rules.ts';

/** What the machine said last, when its words are these. */
const machineSaying = ({ abstained: _a, calibrated: _c, ...before }: MachineResult, text: Text, model: string): MachineResult => ({
  ...before,
  model,
  confidence: text.confidence ?? before.confidence,
  ...(text.calibrated === false && { calibrated: false }),
  plain: text.text,
  sure: [],
});

const saying = (record: CaptionRecord, kind: TextKind, text: Text, model: string): CaptionRecord =>
  kind === 'alt' && record.machine !== undefined ? { ...record, machine: machineSaying(record.machine, text, model) } : record;

/** A proposal of this model that may take the place of the current text: no stronger, locked or withheld one. */
const promotable = (record: CaptionRecord, kind: TextKind, model: string): Text | undefined => {
  const proposal = record.proposals?.[kind];
  if (proposal?.origin !== 'machine' || proposal.model !== model || record.withheld?.[kind] !== undefined) return undefined;
  return mayReplace(record.texts[kind], proposal) ? proposal : undefined;
};

/** The record with the proposals of `model` (name@version) as its current texts where they may be; the same object when there are none. */
export const promoteTexts = (record: CaptionRecord, model: string, now: number): CaptionRecord => {
  let after = record;
  for (const kind of TEXT_KINDS) {
    const proposal = promotable(after, kind, model);
    if (proposal !== undefined) after = saying(putAutomatic(withoutProposal(after, kind), kind, proposal, now), kind, proposal, model);
  }
  return after;
};

/** What this model said of the picture before another machine's words took its place. */
const returning = (record: CaptionRecord, kind: TextKind, model: string): Text | undefined => {
  const present = record.texts[kind];
  if (present?.origin !== 'machine' || present.locked === true || present.model === model) return undefined;
  return record.withheld?.[kind] === undefined
    ? bestPast(record, kind, (past) => past.origin === 'machine' && past.model === model)
    : undefined;
};

/** The record with the texts of `model` (name@version) from its history where another machine's stand; the same object when there are none. */
export const rollBackTexts = (record: CaptionRecord, model: string, now: number): CaptionRecord => {
  let after = record;
  for (const kind of TEXT_KINDS) {
    const back = returning(after, kind, model);
    if (back === undefined) continue;
    after = saying(setText(after, kind, back, { until: now, why: 'rolled back', endedBy: model }), kind, back, model);
  }
  return after;
};
