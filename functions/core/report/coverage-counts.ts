// What is counted about pictures for the coverage report, and what the counts come to in percent.
import { lint } from '../lint/lint.ts';
import type { CaptionRecord } from '../record/record.ts';
import { altFor } from '../text/alt-for.ts';
import type { WordingRules } from '../text/wording-rules.ts';

/** Counts of pictures, in the order in which cursors hold them. */
export const COUNTS = [
  /** all that are not deleted */
  'images',
  /** with an alternative text that says something */
  'described',
  /** decided to be decorative: an empty alternative text */
  'decorative',
  /** looked at, and without a text: the machine abstained, or its text was rejected */
  'missing',
  /** not looked at yet */
  'pending',
  /** could not be looked at */
  'failed',
  /** with a decision of a person: a text written, corrected or accepted by one, or decorative by one's word */
  'reviewed',
  /** described, and no rule finds anything wrong with the text */
  'lintClean',
  /** described, and the picture was replaced since */
  'outdated',
] as const;

/** A count of `COUNTS` each. */
export type Counts = Record<(typeof COUNTS)[number], number>;

/** Percent with one decimal; null of nothing. `withAlt`: described or decorative, of all; `reviewed`: of those; `lintClean`: of the described. */
export type Percent = { withAlt: number | null; reviewed: number | null; lintClean: number | null };

const PEOPLES: readonly unknown[] = ['reviewed', 'human'];

/** One of 100 in tenths. */
const TENTHS = 1000;

/** Nothing counted yet. */
export const noCounts = (): Counts => ({
  images: 0,
  described: 0,
  decorative: 0,
  missing: 0,
  pending: 0,
  failed: 0,
  reviewed: 0,
  lintClean: 0,
  outdated: 0,
});

const STATUS = { described: 'described', decorative: 'decorative', abstained: 'missing', pending: 'pending', failed: 'failed' } as const;

const fileOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** Which counts a record adds to. */
export const countsOf = (record: CaptionRecord, rules: WordingRules): (keyof Counts)[] => {
  const { status, alt, lang, origin, outdated } = altFor(record, {}, rules);
  const clean = (): boolean =>
    lint(alt ?? '', { kind: 'alt', fileName: fileOf(record.key), machine: origin === 'machine', ...(lang !== undefined && { lang }) })
      .length === 0;
  const described = status === 'described';
  return [
    'images',
    STATUS[status],
    ...((described || status === 'decorative') && PEOPLES.includes(origin) ? ['reviewed' as const] : []),
    ...(described && clean() ? ['lintClean' as const] : []),
    ...(described && outdated ? ['outdated' as const] : []),
  ];
};

/** The sum of two. */
export const addCounts = (a: Counts, b: Counts): Counts => {
  const sum = noCounts();
  for (const name of COUNTS) sum[name] = a[name] + b[name];
  return sum;
};

/** Never 100 while one is missing, and never 0 while there is one. */
const percent = (part: number, whole: number): number | null => {
  if (whole === 0) return null;
  const tenths = (part * TENTHS) / whole;
  return (part === whole || tenths < 1 ? Math.ceil(tenths) : Math.floor(tenths)) / 10;
};

/** What counts come to. */
export const percentOf = ({ images, described, decorative, reviewed, lintClean }: Counts): Percent => ({
  withAlt: percent(described + decorative, images),
  reviewed: percent(reviewed, described + decorative),
  lintClean: percent(lintClean, described),
});
