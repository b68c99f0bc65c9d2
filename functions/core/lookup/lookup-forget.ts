// Deletes a record on request: a tombstone stays, so that older events of the same object do not bring it back.

import { PictureError } from '../errors.ts';
import { changeRecord } from '../record/change-record.ts';
import { IMAGE_ID } from '../record/image-id.ts';
import type { CaptionRecord } from '../record/record.ts';
import { tombstone } from '../record/record-rules.ts';
import type { Lookup } from './lookup-ports.ts';
import { ownsObject, type Principal } from './principal.ts';
import { notFound, RequestError } from './request-error.ts';

/** What a request to forget comes to. */
export type Forgetting = { outcome: 'forgotten'; record: CaptionRecord } | { outcome: 'done' };

/** Forgets a record. It keeps the sequencer and time of its object, so that only a newer upload makes a new one. */
export const forget = (before: CaptionRecord | undefined, now: number, tombstoneDays: number): Forgetting => {
  if (before === undefined || before.state === 'DELETED') return { outcome: 'done' };
  const { sequencer, objectAt } = before;
  return { outcome: 'forgotten', record: tombstone(before, { sequencer, at: objectAt }, now, tombstoneDays) };
};

/**
 * Deletes a record, and its object first when asked; again is the same.
 * @throws RequestError NOT_FOUND for unknown and others' records, CONTENDED when others kept changing the record
 */
export const forgetImage = async (lookup: Lookup, principal: Principal, id: string, withObject: boolean): Promise<void> => {
  const { store, objects, clock, settings } = lookup;
  const found = IMAGE_ID.test(id) ? await store.get(id) : undefined;
  if (found === undefined || !ownsObject(principal, found, settings.bucket)) throw notFound();
  if (withObject) await objects.remove(found.bucket, found.key);
  try {
    await changeRecord(store, id, (before) => forget(before, clock(), settings.tombstoneDays));
  } catch (thrown) {
    if (!(thrown instanceof PictureError)) throw thrown;
    throw new RequestError('CONTENDED', 'the image is being changed by others; try again');
  }
};
