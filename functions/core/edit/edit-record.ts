// How a person changes a record: only the caller's own, only the state that the caller has seen, in one conditional write.
import { PictureError } from '../errors.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import { ownsObject, type Principal } from '../lookup/principal.ts';
import { notFound, RequestError } from '../lookup/request-error.ts';
import { changeRecord } from '../record/change-record.ts';
import { IMAGE_ID } from '../record/image-id.ts';
import type { CaptionRecord } from '../record/record.ts';
import { revised } from '../record/record-rules.ts';
import { isMatched } from '../record/record-tag.ts';

/** What editing reaches. */
export type EditPorts = Pick<Lookup, 'store' | 'clock'> & { settings: Pick<Lookup['settings'], 'bucket'> };

/** Most characters of a person's name in a record; a token may name a longer one. */
const MAX_AUTHOR_CHARS = 200;

/** The name under which a caller's texts are kept. */
export const authorOf = ({ id }: Principal): string => id.slice(0, MAX_AUTHOR_CHARS).toWellFormed();

/** A person's wish: the record as it is to be, without a new revision; the same object when nothing is to change. `now` in ms since 1970. */
export type Edit = (record: CaptionRecord, by: string, now: number) => CaptionRecord;

type Edited = { outcome: 'changed'; record: CaptionRecord } | { outcome: 'same'; before: CaptionRecord };

const precondition = (ifMatch: string | undefined): string => {
  if (ifMatch !== undefined && ifMatch.trim() !== '') return ifMatch;
  throw new RequestError('PRECONDITION_REQUIRED', 'send If-Match with the ETag of the image that you have seen, or * for any');
};

/**
 * The record after `edit`.
 * @throws RequestError NOT_FOUND for unknown, deleted and others' records, PRECONDITION_REQUIRED, PRECONDITION_FAILED, CONTENDED, and what
 * `edit` throws
 */
export const editRecord = async (
  { store, clock, settings }: EditPorts,
  principal: Principal,
  id: string,
  ifMatch: string | undefined,
  edit: Edit,
): Promise<CaptionRecord> => {
  const isTheirs = (record: CaptionRecord | undefined): record is CaptionRecord =>
    record !== undefined && record.state !== 'DELETED' && ownsObject(principal, record, settings.bucket);
  const decide = (before: CaptionRecord | undefined): Edited => {
    if (!isTheirs(before)) throw notFound();
    if (!isMatched(precondition(ifMatch), before)) {
      throw new RequestError('PRECONDITION_FAILED', 'the image has changed since; read it again');
    }
    const now = clock();
    const after = edit(before, authorOf(principal), now);
    return after === before ? { outcome: 'same', before } : { outcome: 'changed', record: revised(after, {}, now) };
  };
  if (!IMAGE_ID.test(id)) throw notFound();
  try {
    const edited = await changeRecord(store, id, decide);
    return edited.outcome === 'changed' ? edited.record : edited.before;
  } catch (thrown) {
    if (!(thrown instanceof PictureError)) throw thrown;
    throw new RequestError('CONTENDED', 'the image is being changed by others; try again');
  }
};
