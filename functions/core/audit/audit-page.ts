// How many images of a page, or of many pages, have the alternative that they need.
import { type ImageStatus, type JudgedImage, judgeImage, STATUSES } from './judge-image.ts';
import type { PageImage } from './page-image.ts';

/** Images by what became of them. `all` are those that count: hidden ones do not. */
export type Counts = Record<ImageStatus | 'all', number>;

/** A page that was audited; `coverage` in percent of the images that count, not rounded, 100 when there are none. */
export type PageAudit = { name: string; counts: Counts; coverage: number; images: JudgedImage[] };

const PERCENT = 100;

const countsOf = (images: readonly JudgedImage[]): Counts => {
  const counts = { all: 0, good: 0, decorative: 0, missing: 0, suspicious: 0, hidden: 0 };
  for (const { status } of images) counts[status] += 1;
  return { ...counts, all: images.length - counts.hidden };
};

/** Percent of the images that count whose alternative is good, or empty because they are decorative. */
export const coverageOf = ({ all, good, decorative }: Counts): number => (all === 0 ? PERCENT : (PERCENT * (good + decorative)) / all);

/** @param ignored ids of rules that make nothing suspicious */
export const auditPage = (name: string, images: readonly PageImage[], ignored: readonly string[] = []): PageAudit => {
  const judged = images.map((image) => judgeImage(image, ignored));
  const counts = countsOf(judged);
  return { name, counts, coverage: coverageOf(counts), images: judged };
};

/** The counts of all pages together. */
export const sumOf = (pages: readonly Pick<PageAudit, 'counts'>[]): Counts => {
  const sum: Counts = { all: 0, good: 0, decorative: 0, missing: 0, suspicious: 0, hidden: 0 };
  for (const { counts } of pages) for (const name of ['all', ...STATUSES] as const) sum[name] += counts[name];
  return sum;
};
