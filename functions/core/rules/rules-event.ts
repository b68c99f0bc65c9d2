// The event that tells of a new picture that breaks a channel's rules.
import type { CaptionEvent } from '../ports.ts';
import type { CaptionRecord } from '../record/record.ts';
import { judgementOf } from './judge.ts';
import type { RulePack } from './rule-pack.ts';
import { subjectOfRecord } from './subject-of-record.ts';

/** Of the settings of the lookup function this one knows nothing: people are called neutrally, and tags are of the shipped vocabulary. */
const WORDING = { genderNeutral: true };

/** One event for all packs whose rules of the level `must` the picture breaks, or none. Duplicates were not looked for. */
export const rulesEvents = (record: CaptionRecord, packs: readonly RulePack[]): CaptionEvent[] => {
  if (record.state !== 'READY' || packs.length === 0) return [];
  const subject = subjectOfRecord(record, WORDING);
  const broken = packs.map((pack) => judgementOf(subject, pack)).filter(({ result }) => result === 'fail');
  const failed = broken.map((judgement) => ({ ...judgement, verdicts: judgement.verdicts.filter(({ result }) => result === 'fail') }));
  return failed.length === 0 ? [] : [{ type: 'image.rules.failed', record, failed }];
};
