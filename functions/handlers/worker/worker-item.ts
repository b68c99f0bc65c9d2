// One job in hand, from its taking to its end. Each ends exactly once: one action on its message, one line in the log.

import type { TakenJob, Telemetry } from '../../core/ports.ts';
import type { InferenceJob } from '../../core/record/object-event.ts';
import type { Breaker } from '../../core/refine/refine-breaker.ts';
import { type ClaimedJob, type RefineContext, releaseJob } from '../../core/refine/refine-job.ts';
import type { JobEnd, Verdict } from '../../core/refine/refine-verdict.ts';
import type { Hold } from './worker-hold.ts';
import type { Timing } from './worker-ports.ts';

/** A taken job and what is known of it so far; times in ms. */
export type WorkItem = {
  taken: TakenJob;
  takenAt: number;
  job?: InferenceJob;
  claimed?: ClaimedJob;
  fetchMs?: number;
  /** pictures that were in the model together */
  batch?: number;
  modelMs?: number;
  ended: boolean;
};

/** Ends items. */
export type Ending = {
  end(item: WorkItem, verdict: Verdict): Promise<void>;
  /** unfinished: the lease and the message are free for another worker at once */
  giveBack(item: WorkItem): Promise<void>;
};

type Needs = { context: RefineContext; telemetry: Telemetry; hold: Hold; breaker: Breaker; timing: Timing };

/** Where the ingest function counts the same, the names are the same. */
const METRIC_OF: Record<JobEnd, string> = {
  captioned: 'Captioned',
  abstained: 'Abstained',
  kept: 'Kept',
  reused: 'Reused',
  'done before': 'Repeated',
  'told again': 'Repeated',
  stale: 'Stale',
  busy: 'Busy',
  failed: 'Failed',
  'gave up': 'GaveUp',
  retry: 'Retried',
  lost: 'Lost',
  'given back': 'GivenBack',
  unreadable: 'Unreadable',
};

const fieldsOf = ({ taken, takenAt, job, fetchMs, batch, modelMs }: WorkItem, { end, reason }: Verdict, now: number) => ({
  end,
  ...(reason !== undefined && { reason }),
  ...(job !== undefined && { id: job.id, kind: job.kind }),
  receives: taken.receives,
  ms: Math.round(now - takenAt),
  ...(fetchMs !== undefined && { fetchMs: Math.round(fetchMs) }),
  ...(batch !== undefined && { batch }),
  ...(modelMs !== undefined && { modelMs: Math.round(modelMs) }),
});

const act = async ({ taken }: WorkItem, { message }: Verdict): Promise<void> => {
  if (message === 'done') await taken.done();
  else if (message !== 'leave') await taken.hide(message.hideS);
};

/** How items end for this worker. */
export const ending = ({ context, telemetry, hold, breaker, timing }: Needs): Ending => {
  const tellBreaker = ({ end, away }: Verdict): void => {
    if (away === true) breaker.failed();
    else if (end !== 'given back' && end !== 'unreadable') breaker.worked();
  };
  const conclude = async (item: WorkItem, verdict: Verdict): Promise<void> => {
    await hold.drop(item.taken);
    tellBreaker(verdict);
    // a message that could not be told its end comes again, and ends as 'done before'
    await act(item, verdict).catch(() => telemetry.count('QueueErrors', 1));
    telemetry.count(METRIC_OF[verdict.end], 1);
    const fields = fieldsOf(item, verdict, timing.now());
    if (verdict.cause === undefined) telemetry.info('job', fields);
    else telemetry.error('job', fields, verdict.cause);
  };
  return {
    async end(item, verdict) {
      if (item.ended) return;
      item.ended = true;
      await conclude(item, verdict);
    },
    async giveBack(item) {
      if (item.ended) return;
      item.ended = true;
      if (item.claimed !== undefined) await releaseJob(context, item.claimed);
      await conclude(item, { end: 'given back', message: { hideS: 0 } });
    },
  };
};
