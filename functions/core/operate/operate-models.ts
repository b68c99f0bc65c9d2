// Changes from one model's words to another's in many records: promotes what was proposed, or goes back to what was said before.
import { changeRecord } from '../record/change-record.ts';
import { promoteTexts, rollBackTexts } from '../record/model-texts.ts';
import { type CaptionRecord, TEXT_KINDS } from '../record/record.ts';
import { revised } from '../record/record-rules.ts';
import type { Operations } from './operate-ports.ts';
import { readyPages } from './ready-pages.ts';

/** Records that are changed at the same time. */
const LANES = 10;

/** Which way; `model` is name@version. */
export type ModelChange = { way: 'promote' | 'roll back'; model: string; prefix: string; limit: number; dryRun: boolean };

/** Pictures that were looked at, that were (or would be) changed, and whose texts have to stay although the model has said others. */
export type ModelChanged = { listed: number; changed: number; stayed: number };

type Decision = { outcome: 'changed'; record: CaptionRecord } | { outcome: 'same' };

const changeOf = (record: CaptionRecord, { way, model }: ModelChange, now: number): CaptionRecord =>
  way === 'promote' ? promoteTexts(record, model, now) : rollBackTexts(record, model, now);

/** Whether the model has a text for the picture that people's words, a lock or a rejection keep from standing. */
const isKept = ({ proposals = {}, texts, history = [] }: CaptionRecord, { way, model }: ModelChange): boolean =>
  TEXT_KINDS.some((kind) =>
    way === 'promote'
      ? proposals[kind]?.model === model
      : texts[kind] !== undefined && texts[kind]?.model !== model && history.some((past) => past.kind === kind && past.model === model),
  );

const changeOne = async ({ store, clock }: Operations, { id }: CaptionRecord, change: ModelChange): Promise<boolean> => {
  const decide = (before: CaptionRecord | undefined): Decision => {
    if (before?.state !== 'READY') return { outcome: 'same' };
    const now = clock();
    const after = changeOf(before, change, now);
    return after === before ? { outcome: 'same' } : { outcome: 'changed', record: revised(after, {}, now) };
  };
  return (await changeRecord(store, id, decide)).outcome === 'changed';
};

/** Does it, in the order of keys; again is the same. @throws CodedError UNAVAILABLE or INTERNAL; what was changed until then stays so */
export const changeModel = async (operations: Operations, change: ModelChange): Promise<ModelChanged> => {
  const sum: ModelChanged = { listed: 0, changed: 0, stayed: 0 };
  for await (const records of readyPages(operations, change)) {
    const wanted = records.filter((record) => changeOf(record, change, operations.clock()) !== record);
    const chosen = wanted.slice(0, change.limit - sum.changed);
    sum.listed += records.length;
    sum.stayed += records.filter((record) => !wanted.includes(record) && isKept(record, change)).length;
    for (let at = 0; at < chosen.length; at += LANES) {
      const some = chosen.slice(at, at + LANES);
      const done = change.dryRun ? some.map(() => true) : await Promise.all(some.map((record) => changeOne(operations, record, change)));
      sum.changed += done.filter(Boolean).length;
    }
    if (sum.changed >= change.limit) break;
  }
  return sum;
};
