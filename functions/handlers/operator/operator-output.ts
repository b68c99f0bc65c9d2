// What the operator's command prints.
import type { Backfilled } from '../../core/operate/operate-backfill.ts';
import type { Purged } from '../../core/operate/operate-purge.ts';
import type { Recaptioned } from '../../core/operate/operate-recaption.ts';
import type { Redriven } from '../../core/operate/operate-redrive.ts';
import type { Status } from '../../core/operate/operate-status.ts';

type Row = readonly [string, ...(string | number)[]];

/** Names to the left, numbers to the right. */
const table = (rows: readonly Row[]): string[] => {
  const width = (column: number): number => Math.max(...rows.map((row) => String(row[column] ?? '').length));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const cell = (value: string | number, column: number): string =>
    column === 0 ? String(value).padEnd(widths[0] ?? 0) : String(value).padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join('  '));
};

/** "1 message", "2 messages". */
const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** One table of queues, and one of records when they were counted. */
export const statusLines = ({ queues, records }: Status): string[] => {
  const depths = queues.map(({ queue, waiting, inFlight, delayed }): Row => [queue, waiting, inFlight, delayed]);
  const lines = table([['queue', 'waiting', 'in flight', 'delayed'], ...depths]);
  if (records === undefined) return lines;
  return [...lines, '', ...table([['records', 'count'], ...Object.entries(records)])];
};

/** What was put back, from where. */
export const redriveLines = (redriven: Redriven, dryRun: boolean): string[] => {
  const total = redriven.reduce((sum, { messages }) => sum + messages, 0);
  const parts = redriven.filter(({ messages }) => messages > 0).map(({ from, messages }) => `${from} ${messages}`);
  const detail = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return [`${counted(total, 'message')} ${dryRun ? 'would be put back' : 'put back'}${detail}`];
};

/** What was sent and what was not. */
export const backfillLines = ({ listed, sent, known, unwanted }: Backfilled, dryRun: boolean): string[] => {
  const verb = dryRun ? 'would be queued' : 'queued';
  return [`${counted(sent, 'object')} ${verb}; ${listed} listed, ${known} with their record, ${unwanted} not to be captioned`];
};

const DOLLAR_DIGITS = 2;
const SMALL_DIGITS = 6;

/** "$12.30"; small amounts with more digits. */
const dollars = (amount: number): string => `$${amount.toFixed(amount >= 1 ? DOLLAR_DIGITS : SMALL_DIGITS)}`;

const costOf = ({ sent, each }: Recaptioned): string => {
  if (each === undefined) return ', at a cost that no record tells yet';
  const source = each.measured === 0 ? 'as was said' : `the mean of ${counted(each.measured, 'record')}`;
  return `, for about ${dollars(sent * each.usd)} (${dollars(each.usd)} each, ${source})`;
};

/** What was queued for the model `not`, and what not. */
export const recaptionLines = (done: Recaptioned, not: string | undefined, dryRun: boolean): string[] => {
  const { listed, sent, known, stronger, ended } = done;
  const left = [...(not === undefined ? [] : [`${known} answered by ${not} already`]), `${stronger} with texts that no machine may change`];
  const first = `${counted(sent, 'picture')} ${dryRun ? 'would be queued' : 'queued'}${costOf(done)}; ${listed} listed, ${left.join(', ')}`;
  if (ended === undefined) return [first];
  return [first, `stopped at the ${ended}${dryRun ? '' : '; --resume goes on from there'}`];
};

/** What was forgotten. */
export const purgeLines = ({ records, objects }: Purged, withObjects: boolean): string[] => [
  `${counted(records, 'record')} forgotten${withObjects ? `, ${counted(objects, 'object')} removed` : ''}`,
];

/** What would be. */
export const purgeQuestion = (records: number, prefix: string, withObjects: boolean): string =>
  `${counted(records, 'record')} below ${JSON.stringify(prefix)} would be forgotten${withObjects ? ', and their objects removed' : ''}: add --yes to do it`;
