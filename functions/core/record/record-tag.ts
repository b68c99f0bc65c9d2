// What tells one state of a record from another: the first part of its entity tags (RFC 9110, section 8.8.3).
import type { CaptionRecord } from './record.ts';

const RADIX = 36;

/** Ends the part of an entity tag that is about the record; what follows is about one representation of it. */
const PART_END = '.';

/** Differs whenever readers see another record: each change that they see has a time of its own, leases have not. */
export const recordTag = ({ changedAt }: Pick<CaptionRecord, 'changedAt'>): string => changedAt.toString(RADIX);

const ANY = '*';

/** Whether an If-Match names the record as it is: `*`, or a strong tag of any representation of it. Weak tags never match (section 13.1.1). */
export const isMatched = (ifMatch: string, record: Pick<CaptionRecord, 'changedAt'>): boolean => {
  if (ifMatch.trim() === ANY) return true;
  const tag = recordTag(record);
  return ifMatch.split(',').some((one) => {
    const opaque = /^"([^"]*)"$/.exec(one.trim())?.[1];
    return opaque === tag || opaque?.startsWith(tag + PART_END) === true;
  });
};
