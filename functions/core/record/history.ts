// The history of a record's texts: what was current once, within bounds, machines' entries going before people's.
import type { CaptionRecord, PastText, Text, TextKind } from './record.ts';
import { isAutomatic, rank } from './text-rules.ts';

/** Most entries of a history. */
export const MAX_PAST_ENTRIES = 200;

/** Most bytes of a history, as JSON in UTF-8: an item of DynamoDB holds 400 kB, and the texts and translations need their room. */
export const MAX_PAST_BYTES = 120_000;

/** Why and when a text ended; `until` in ms since 1970. */
export type Ending = Pick<PastText, 'until' | 'why' | 'endedBy' | 'note'>;

/** A text that ends, and where it stood. */
export type Ended = { kind: TextKind; text: Text; translation?: true };

const encoder = new TextEncoder();

const bytesOf = (entry: PastText): number => encoder.encode(JSON.stringify(entry)).length + 1;

/** How much of a person is in an entry: nothing, a decision or note about a machine's words, or the words. */
const worth = (past: PastText): number => {
  if (!isAutomatic(past)) return 2;
  return past.why === 'rejected' || past.note !== undefined ? 1 : 0;
};

/** What goes first: machines' words, then those that people have decided about (they would be said again), then people's; the oldest first. */
const dropOrder = (a: PastText, b: PastText): number => worth(a) - worth(b) || rank(a) - rank(b) || a.n - b.n;

/** `entries` within the bounds, oldest first. */
export const withinBounds = (entries: readonly PastText[]): PastText[] => {
  let count = entries.length;
  let bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const dropped = new Set<PastText>();
  for (const entry of entries.toSorted(dropOrder)) {
    if (count <= MAX_PAST_ENTRIES && bytes <= MAX_PAST_BYTES) break;
    dropped.add(entry);
    count -= 1;
    bytes -= bytesOf(entry);
  }
  return entries.filter((entry) => !dropped.has(entry));
};

/** Moves a text to the history. @returns the record, and the number of the entry */
export const remember = <R extends CaptionRecord>(
  record: R,
  { kind, text, translation }: Ended,
  ending: Ending,
): { record: R; n: number } => {
  const n = (record.lastPast ?? 0) + 1;
  const entry: PastText = { ...text, n, kind, ...(translation && { translation }), ...ending };
  return { record: { ...record, history: withinBounds([...(record.history ?? []), entry]), lastPast: n }, n };
};

/** Whether a person has rejected these words for this very picture. */
export const wasRejected = ({ history = [] }: CaptionRecord, kind: TextKind, { text, sha256 }: Text): boolean =>
  history.some((past) => past.why === 'rejected' && past.kind === kind && past.text === text && past.sha256 === sha256);

/** The text of an entry, without what makes it one. */
export const textOfPast = ({ n: _n, kind: _k, translation: _t, until: _u, why: _w, endedBy: _e, note: _o, ...text }: PastText): Text =>
  text;
