// Where a record stands in the queue of reviews: the riskiest first, equal ones by their ids.
import type { CaptionRecord } from '../record/record.ts';
import { MAX_RISK, riskOf } from './risk.ts';

/** Digits of an inverted risk. */
const RISK_DIGITS = 3;

/** The place of a record, as the sort key of the index `BY_RISK`; undefined: it needs no review. */
export const riskPlace = (record: CaptionRecord): string | undefined => {
  const found = riskOf(record);
  return found && `${String(MAX_RISK - found.risk).padStart(RISK_DIGITS, '0')}#${record.id}`;
};
