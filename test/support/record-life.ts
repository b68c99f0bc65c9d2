// Records at the points of their life, made by the rules themselves.
import type { ObjectEvent } from '../../functions/core/record/object-event.ts';
import type { CaptionRecord, Text } from '../../functions/core/record/record.ts';
import { claim, complete, fail, type Result, remove } from '../../functions/core/record/record-rules.ts';

/** When everything happens, ms since 1970. */
export const NOW = 1_700_000_100_000;
/** When the object was written, ms since 1970. */
export const AT = 1_700_000_000_000;
/** The record of all events here. */
export const ID = 'an-id';
/** The lease of "me". */
export const LEASE = { owner: 'me', until: NOW + 60_000 };
/** How long tombstones stay. */
export const DAYS = 30;

/** An event about a new version. */
export const created = (changes: Partial<ObjectEvent> = {}): ObjectEvent => ({
  kind: 'created',
  bucket: 'photos',
  key: 'a.jpg',
  sequencer: '0B',
  etag: 'e1',
  at: AT,
  ...changes,
});
/** The same object as listing finds it. */
export const observed = (changes: Partial<ObjectEvent> = {}): ObjectEvent => created({ kind: 'observed', sequencer: '', ...changes });
/** Its removal, a second later. */
export const removed = (changes: Partial<ObjectEvent> = {}): ObjectEvent => {
  const { etag: _, ...event } = created({ kind: 'removed', sequencer: '0C', at: AT + 1000 });
  return { ...event, ...changes };
};

/** The record after the claim by "me". */
export const claimed = (before: CaptionRecord | undefined, event: ObjectEvent): CaptionRecord => {
  const result = claim(before, event, ID, LEASE, NOW);
  if (result.outcome !== 'claimed') throw new Error(`Expected claimed but received ${result.outcome}`);
  return result.record;
};
/** What the claim of another comes to. */
export const outcomeOf = (before: CaptionRecord | undefined, event: ObjectEvent, now = NOW): string =>
  claim(before, event, ID, { owner: 'another', until: now + 1 }, now).outcome;

/** The record of a decision that has one. */
export const written = (result: { outcome: string; record?: CaptionRecord }): CaptionRecord => {
  if (result.record === undefined) throw new Error(`Expected a record but received ${result.outcome}`);
  return result.record;
};

/** A text of this origin. */
export const text = (origin: Text['origin'], said = origin as string): Text => ({ text: said, lang: 'en', origin, at: AT });
/** What "me" has found out. */
export const RESULT: Result = {
  picture: { sha256: 's', bytes: 1, width: 2, height: 3, format: 'jpeg', dhash: 'd' },
  machine: { model: 'm@1', style: 'alt', route: 'lambda', confidence: 0.9, plain: 'a dog', sure: [], ms: 1, costUsd: 0 },
  texts: { alt: text('machine'), caption: text('machine') },
};
/** The record after its completion. */
export const ready = (event = created(), result = RESULT): CaptionRecord => written(complete(claimed(undefined, event), 'me', result, NOW));
/** The record after its failure. */
export const failed = (reason: 'CORRUPT' | 'INTERNAL'): CaptionRecord =>
  written(fail(claimed(undefined, created()), 'me', { reason, message: 'm' }, NOW));
/** The record after its removal. */
export const gone = (): CaptionRecord => written(remove(ready(), removed(), ID, NOW, DAYS));
