// Collects a micro-batch: waits for the first job as long as it takes, then a bounded moment for more.
import type { Inbox, TakenJob } from '../../core/ports.ts';
import type { Timing } from './worker-ports.ts';

/** Longest wait of one request to the queue, in seconds: SQS allows 20. */
const LONG_POLL_S = 20;

/** Between two looks into a queue that had no more, in ms. */
const LINGER_PAUSE_MS = 50;

/** At most `max` jobs, and how long they may wait for each other after the first, in ms. */
export type BatchBounds = { max: number; lingerMs: number };

/**
 * The next jobs; none when nothing came for a while, or `signal` aborts.
 * @throws what the queue says when it cannot be asked at all
 */
export const collect = async (
  inbox: Inbox,
  { max, lingerMs }: BatchBounds,
  { now, sleep }: Timing,
  signal: AbortSignal,
): Promise<TakenJob[]> => {
  const jobs = await inbox.take(max, LONG_POLL_S, signal);
  if (jobs.length === 0) return jobs;
  const until = now() + lingerMs;
  while (jobs.length < max && !signal.aborted) {
    const leftMs = until - now();
    // what was taken must not be lost because the queue fails now
    const more = await inbox.take(max - jobs.length, 0, signal).catch(() => []);
    jobs.push(...more);
    if (leftMs <= 0) break;
    if (more.length === 0) await sleep(Math.min(leftMs, LINGER_PAUSE_MS), signal);
  }
  return jobs;
};
