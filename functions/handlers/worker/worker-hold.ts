// Keeps taken jobs hidden from other workers while they are worked on, and their records leased, by a heartbeat.
import type { TakenJob } from '../../core/ports.ts';
import type { Timing } from './worker-ports.ts';

/** Heartbeats within one visibility period: two may fail. */
const BEATS_PER_PERIOD = 3;

/** A job that waits, or is worked on, longer than this, in ms, is left to another worker. */
export const LONGEST_HOLD_MS = 900_000;

const MS_PER_S = 1_000;

/** The jobs in hand. */
export type Hold = {
  add(job: TakenJob): void;
  /** the job's time is counted from now on: work on it begins */
  begin(job: TakenJob): void;
  /** lets go of a job; resolves when no heartbeat for it is on its way any more */
  drop(job: TakenJob): Promise<void>;
  /** beats until `signal` aborts */
  beat(signal: AbortSignal): Promise<void>;
};

/** An empty hold; `lease` prolongs what a job has of its record, and `missed` is told of each heartbeat that failed. */
export const hold = (
  visibilityS: number,
  { now, sleep }: Timing,
  lease: (job: TakenJob) => Promise<void>,
  missed: (thrown: unknown) => void,
): Hold => {
  const since = new Map<TakenJob, number>();
  let beating: Promise<unknown> = Promise.resolve();
  const extend = async (job: TakenJob): Promise<void> => {
    try {
      await Promise.all([job.hide(visibilityS), lease(job)]);
    } catch (thrown) {
      missed(thrown);
    }
  };
  return {
    add: (job) => void since.set(job, now()),
    begin(job) {
      if (since.has(job)) since.set(job, now());
    },
    async drop(job) {
      since.delete(job);
      await beating;
    },
    async beat(signal) {
      while (!signal.aborted) {
        await sleep((visibilityS * MS_PER_S) / BEATS_PER_PERIOD, signal);
        if (signal.aborted) return;
        const fresh = [...since].filter(([, at]) => now() - at < LONGEST_HOLD_MS);
        beating = Promise.all(fresh.map(([job]) => extend(job)));
        await beating;
      }
    },
  };
};
