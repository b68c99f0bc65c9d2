// How far the descriptions of a caller's pictures have got: in all, and by the folder below a prefix.
import { openKey, sealKey } from '../lookup/cursor.ts';
import { pageAfter } from '../lookup/lookup-images.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import type { CaptionRecord } from '../record/record.ts';
import type { WordingRules } from '../text/wording-rules.ts';
import { addCounts, COUNTS, type Counts, countsOf, noCounts, type Percent, percentOf } from './coverage-counts.ts';

/** Records of one report: 20 reads of 100, and a text chosen and linted for each, on a part of a processor within the 15 s of an answer. */
export const RECORDS_A_PART = 2_000;

/** Most folders that a report tells apart; the others are one. */
export const MAX_FOLDERS = 100;

/** Records that are held at a time: with their histories they may have more than 100 kB each. */
const RECORDS_A_PAGE = 200;

/** One folder: keys that begin with `prefix`; null: all folders that are not told apart. */
export type Folder = { prefix: string | null; counts: Counts; percent: Percent };

/**
 * The report. Of very many pictures it comes in parts: `folders` are those of this part, `total` counts this part and all before, and `next`
 * is there when there may be more.
 */
export type Coverage = { prefix: string; total: Counts; percent: Percent; folders: Folder[]; next?: string };

/** Where a part begins: after a key, with what was counted until then. */
type Start = { after?: string; before: Counts };

/** Sealed, so nobody has changed it since it was written. */
const startOf = (text: string): Start => {
  const end = text.indexOf(' ');
  const numbers = text.slice(0, end).split(',').map(Number);
  const before = noCounts();
  for (const [at, name] of COUNTS.entries()) before[name] = numbers[at] ?? 0;
  return { after: text.slice(end + 1), before };
};

/** The folder of a key right below a prefix; the prefix itself for keys that lie in it. */
const folderOf = (key: string, prefix: string): string => {
  const end = key.indexOf('/', prefix.length);
  return end < 0 ? prefix : key.slice(0, end + 1);
};

const groups = (rules: WordingRules, prefix: string) => {
  const folders = new Map<string | null, Counts>();
  const placeOf = (key: string): string | null => {
    const folder = folderOf(key, prefix);
    return folders.has(folder) || folders.size < MAX_FOLDERS ? folder : null;
  };
  return {
    add(record: CaptionRecord): void {
      const place = placeOf(record.key);
      const counts = folders.get(place) ?? noCounts();
      for (const name of countsOf(record, rules)) counts[name]++;
      folders.set(place, counts);
    },
    all: (): Folder[] => [...folders].map(([folder, counts]) => ({ prefix: folder, counts, percent: percentOf(counts) })),
  };
};

/**
 * The report of the caller's pictures of the service's own bucket whose keys begin with `prefix`, or the part of it after `cursor`.
 * @throws RequestError INVALID_CURSOR
 */
export const coverage = async (lookup: Lookup, principal: Principal, query: { prefix: string; cursor?: string }): Promise<Coverage> => {
  const { prefix, cursor } = query;
  const { bucket } = lookup.settings;
  const sealed = { kind: 'report', bucket, prefix } as const;
  const start = cursor === undefined ? { before: noCounts() } : startOf(openKey(lookup.sealer, cursor, sealed, principal, 'cursor'));
  const found = groups(lookup.settings, prefix);
  let { after }: Start = start;
  for (let read = 0; read < RECORDS_A_PART; read += RECORDS_A_PAGE) {
    const page = await pageAfter(lookup, principal, { bucket, prefix, limit: RECORDS_A_PAGE }, after);
    for (const record of page.records) found.add(record);
    after = page.next;
    if (after === undefined) break;
  }
  const folders = found.all();
  const total = folders.reduce((sum, { counts }) => addCounts(sum, counts), start.before);
  const report = { prefix, total, percent: percentOf(total), folders };
  if (after === undefined) return report;
  return { ...report, next: sealKey(lookup.sealer, `${COUNTS.map((name) => total[name]).join(',')} ${after}`, sealed, principal) };
};
