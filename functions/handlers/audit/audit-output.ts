// What the audit command prints: a block of lines for each page, or one JSON object.
import { type Counts, coverageOf, type PageAudit, sumOf } from '../../core/audit/audit-page.ts';
import type { Unreadable } from '../../core/audit/audit-ports.ts';
import type { JudgedImage } from '../../core/audit/judge-image.ts';

/** Most characters of a text or an address in a line. */
const MOST_CHARACTERS = 60;

const TENTHS = 10;
const HEXADECIMAL = 16;
const CODE_DIGITS = 4;

/** Terminals obey some characters, and others turn lines around. */
const OBEYED = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Words of a page, harmless in a terminal. */
export const printable = (text: string): string =>
  text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(HEXADECIMAL).padStart(CODE_DIGITS, '0')}`);

const short = (text: string): string => {
  const characters = [...printable(text)];
  return characters.length <= MOST_CHARACTERS ? characters.join('') : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
};

/** Rounded down, so that 100 % are all. */
const percentOf = (coverage: number): string => `${Math.floor(coverage * TENTHS) / TENTHS} %`;

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const countsLine = (name: string, counts: Counts): string => {
  const { all, good, decorative, missing, suspicious, hidden } = counts;
  const parts = `${good} good, ${decorative} decorative, ${missing} missing, ${suspicious} suspicious`;
  return `${printable(name)}: ${percentOf(coverageOf(counts))} of ${many(all, 'image')} covered (${parts}${hidden > 0 ? `; ${hidden} hidden, not counted` : ''})`;
};

const saidOf = ({ text, source = '' }: JudgedImage): string => (text === undefined || text === '' ? short(source) : `"${short(text)}"`);

const widest = (cells: readonly string[]): number => Math.max(0, ...cells.map((cell) => cell.length));

/** One line for each finding: place, what became of the image, element, rule, text or address; and what to do below it. */
const findingLines = (images: readonly JudgedImage[]): string[] => {
  const rows = images.flatMap((image) =>
    image.findings.map(({ rule, fix }) => ({
      cells: [`${image.line}:${image.column}`, image.status, image.element, rule],
      said: saidOf(image),
      fix,
    })),
  );
  const widths = [0, 1, 2, 3].map((column) => widest(rows.map(({ cells }) => cells[column] ?? '')));
  return rows.flatMap(({ cells, said, fix }) => [
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}  ${said}`.trimEnd(),
    `  ${' '.repeat(widths[0] ?? 0)}  ${fix}`,
  ]);
};

/** A page for people. */
export const pageLines = ({ name, counts, images }: PageAudit): string[] => [countsLine(name, counts), ...findingLines(images)];

/** All pages together, when there are several. */
export const sumLines = (pages: readonly PageAudit[]): string[] =>
  pages.length > 1 ? [countsLine(many(pages.length, 'page'), sumOf(pages))] : [];

/** Everything for programs. */
export const auditJson = (pages: readonly PageAudit[], unreadable: readonly Unreadable[]): string => {
  const counts = sumOf(pages);
  return JSON.stringify({ coverage: coverageOf(counts), counts, pages, unreadable });
};
