// What became of one job of the inference queue, and what is to be done with its message.
import type { PictureError, Reason } from '../errors.ts';

/** First pause before a job is tried again, in seconds; each delivery doubles it. */
export const RETRY_FIRST_S = 5;

/** Longest pause before a job is tried again, in seconds. */
export const RETRY_LONGEST_S = 600;

/** Longest time that SQS hides a message, in seconds. */
const HIDE_LONGEST_S = 43_200;

const MS_PER_S = 1_000;

/** How a job ended. `kept`: an earlier or stronger text stays; `reused`: the same bytes were known; `retry`: it comes again; `gave up`: it does not, although it might help; `lost`: someone else has taken the record over. */
export type JobEnd =
  | 'captioned'
  | 'abstained'
  | 'kept'
  | 'reused'
  | 'done before'
  | 'told again'
  | 'stale'
  | 'busy'
  | 'failed'
  | 'gave up'
  | 'retry'
  | 'lost'
  | 'given back'
  | 'unreadable';

/** An end, and what is to be done with the message: take it out of the queue, show it again after `hideS` seconds, or leave it to whoever has it now. */
export type Verdict = {
  end: JobEnd;
  message: 'done' | 'leave' | { hideS: number };
  reason?: Reason;
  /** the failure was not the picture's own: store, bucket, bus or model were away */
  away?: boolean;
  cause?: unknown;
};

/** Seconds to hide a job that was delivered `receives` times and failed. */
export const backoffS = (receives: number): number => Math.min(RETRY_FIRST_S * 2 ** (receives - 1), RETRY_LONGEST_S);

/** Seconds until `until` (ms since 1970), at least 1. */
export const secondsUntil = (until: number, now: number): number =>
  Math.min(Math.max(1, Math.ceil((until - now) / MS_PER_S)), HIDE_LONGEST_S);

/** Reasons that can be the picture's own although another attempt may help. */
const OWN_REASONS: readonly Reason[] = ['SOURCE_CHANGED', 'INFERENCE_TIMEOUT'];

/** Whether a failure says that something around the picture is away. */
export const isAway = ({ code, retryable }: PictureError): boolean => retryable && !OWN_REASONS.includes(code);
