// Sends entries in batches of which a part may fail: that part is sent again a few times.
import { CodedError, ServiceUnavailable } from '../../core/errors.ts';
import { fromAws } from './aws-errors.ts';
import { pauseBeforeRetry } from './aws-requests.ts';

/** Most entries of one request, of SQS and of EventBridge. */
const MAX_ENTRIES = 10;

/** Most bytes of one request's entries: below the smallest limit that either service has had. */
const MAX_BYTES = 200_000;

/** Requests for one entry, the SDK's own retries not counted. */
const MAX_TRIES = 5;

/** An entry that was not taken: its place in the batch, its code, and whether it may be taken another time. */
export type FailedEntry = { index: number; code: string; retryable: boolean };

/** Something to send; `body` is ASCII. */
type Entry = { body: string };

/** Sends one batch and tells what failed. */
type SendBatch<E> = (entries: readonly E[]) => Promise<FailedEntry[]>;

const batchesOf = <E extends Entry>(entries: readonly E[]): E[][] => {
  const batches: E[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = batches.at(-1);
    bytes += entry.body.length;
    if (last === undefined || last.length === MAX_ENTRIES || bytes > MAX_BYTES) {
      batches.push([entry]);
      bytes = entry.body.length;
    } else last.push(entry);
  }
  return batches;
};

const sendBatch = async <E>(what: string, batch: readonly E[], send: SendBatch<E>): Promise<void> => {
  let left = batch;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt > 0) await pauseBeforeRetry(attempt - 1);
    const failed = await send(left);
    const refused = failed.find(({ retryable }) => !retryable);
    if (refused !== undefined) throw new CodedError('INTERNAL', `${what} refused a message: ${refused.code}`);
    if (failed.length > 0 && attempt + 1 === MAX_TRIES) {
      throw new ServiceUnavailable(`${what} did not take ${failed.length} messages: ${failed[0]?.code}`);
    }
    left = failed.map(({ index }) => left[index]).filter((entry) => entry !== undefined);
  }
};

/**
 * Sends all entries, one batch after the other; `what` is where to, such as "the queue".
 * @throws CodedError UNAVAILABLE when another attempt may help, INTERNAL otherwise; some entries may have been taken then
 */
export const sendInBatches = async <E extends Entry>(what: string, entries: readonly E[], send: SendBatch<E>): Promise<void> => {
  try {
    for (const batch of batchesOf(entries)) await sendBatch(what, batch, send);
  } catch (thrown) {
    throw fromAws(thrown, what);
  }
};
