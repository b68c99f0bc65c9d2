// The message that tells of an object found by listing a bucket: of a backfill, and of the local run's comparison at its start.
import type { ListedObject } from '../ports.ts';

/** What the backfill calls itself in its messages. */
export const BACKFILL_SOURCE = 'caption-on-upload.backfill';

/** What the messages of a listing call what they tell of. */
export const OBSERVED = 'Object Observed';

/** The body of such a message. */
export type ObservedMessage = {
  source: typeof BACKFILL_SOURCE;
  'detail-type': typeof OBSERVED;
  time: string;
  detail: { bucket: { name: string }; object: { key: string; etag: string; size: number }; lastModified: string };
};

const MS_PER_S = 1000;

/**
 * When an object was written as events tell it, in whole seconds; ms since 1970. A finer time would make the object that an event has told of
 * look newer than that event, and so bring back what was forgotten since.
 */
export const toldAt = (at: number): number => Math.floor(at / MS_PER_S) * MS_PER_S;

/** The message about an object as it was found; `now` in ms since 1970. */
export const observedMessage = (bucket: string, { key, etag, size, at }: ListedObject, now: number): ObservedMessage => ({
  source: BACKFILL_SOURCE,
  'detail-type': OBSERVED,
  time: new Date(now).toISOString(),
  detail: { bucket: { name: bucket }, object: { key, etag, size }, lastModified: new Date(toldAt(at)).toISOString() },
});
