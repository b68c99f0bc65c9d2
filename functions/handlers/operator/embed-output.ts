// What the command that embeds prints: a line for each picture that is written or cannot be, and a sum.
import { type Embedded, SKIPS, type Skip } from '../../core/embed/embed-picture.ts';
import { ANY_LANGUAGE, type FileTexts, type LangText } from '../../core/embed/file-texts.ts';

/** Skips that are usual, so that they are only counted. */
const QUIET: readonly Skip[] = ['not finished', 'no texts', 'decorative'];

const languagesOf = (name: string, texts: readonly LangText[]): string[] =>
  texts.length === 0 ? [] : [[name, ...texts.flatMap(({ lang }) => (lang === ANY_LANGUAGE ? [] : [lang]))].join(' ')];

const textsOf = ({ alt, long, writer }: FileTexts): string =>
  [...languagesOf('alt', alt), ...languagesOf('long', long), ...(writer === undefined ? [] : ['by a machine'])].join(', ');

/** How a picture's line begins: keys may hold line breaks. */
const named = (key: string): string => JSON.stringify(key);

/** The line about one picture; undefined where it is only counted. */
export const embeddedLine = (key: string, embedded: Embedded, dryRun: boolean): string | undefined => {
  if (embedded.outcome === 'failed') return `${named(key)} failed: ${embedded.why}`;
  if (embedded.outcome === 'skipped') return QUIET.includes(embedded.skip) ? undefined : `${named(key)} skipped: ${SKIPS[embedded.skip]}`;
  if (embedded.outcome === 'unchanged') return undefined;
  const { form, target, texts, why } = embedded;
  const reason = why === undefined ? '' : `, because ${why}`;
  return `${named(key)} ${dryRun ? 'would go' : 'written'} to the ${form} ${named(target)} (${textsOf(texts)})${reason}`;
};

/** Counts of what became of pictures. */
export type EmbedCounts = { copies: number; sidecars: number; unchanged: number; failed: number; skips: Partial<Record<Skip, number>> };

/** None of anything. */
export const noCounts = (): EmbedCounts => ({ copies: 0, sidecars: 0, unchanged: 0, failed: 0, skips: {} });

/** Counts with one more. */
export const counted = (counts: EmbedCounts, embedded: Embedded): EmbedCounts => {
  if (embedded.outcome === 'failed') return { ...counts, failed: counts.failed + 1 };
  if (embedded.outcome === 'unchanged') return { ...counts, unchanged: counts.unchanged + 1 };
  if (embedded.outcome === 'skipped') {
    return { ...counts, skips: { ...counts.skips, [embedded.skip]: (counts.skips[embedded.skip] ?? 0) + 1 } };
  }
  return embedded.form === 'copy' ? { ...counts, copies: counts.copies + 1 } : { ...counts, sidecars: counts.sidecars + 1 };
};

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** One line for all of them. */
export const embedSum = ({ copies, sidecars, unchanged, failed, skips }: EmbedCounts, dryRun: boolean): string => {
  const skipped = Object.entries(skips);
  const total = skipped.reduce((sum, [, count]) => sum + count, 0);
  const detail = skipped.length === 0 ? '' : ` (${skipped.map(([skip, count]) => `${skip} ${count}`).join(', ')})`;
  const files = `${plural(copies, 'copy', 'copies')} and ${plural(sidecars, 'sidecar', 'sidecars')}`;
  return `${files} ${dryRun ? 'would be written' : 'written'}, ${unchanged} unchanged, ${total} skipped${detail}, ${failed} failed`;
};
