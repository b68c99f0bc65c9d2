// The worker: takes jobs while it may, prepares the next micro-batch while one is in the model, and drains when it is told to stop.
import type { TakenJob } from '../../core/ports.ts';
import { breaker as newBreaker } from '../../core/refine/refine-breaker.ts';
import { prolong } from '../../core/refine/refine-job.ts';
import { type Workshop, workBatch } from './worker-batch.ts';
import { collect } from './worker-collect.ts';
import { hold as newHold } from './worker-hold.ts';
import { ending as newEnding, type WorkItem } from './worker-item.ts';
import { limiter } from './worker-limiter.ts';
import type { WorkerPorts } from './worker-ports.ts';

/** Claims and reads of pictures at the same time. */
export const FETCH_CONCURRENCY = 16;

/** Batches in hand beside those in the model: one is prepared, one is being written down. */
export const BATCHES_AHEAD = 2;

/** A poll that is under way when the worker is stopped may still bring jobs for this long, in ms: cut off, they would stay hidden. */
const POLL_GRACE_MS = 500;

/** From the stop to giving back what is not finished, in ms. */
export const DRAIN_MS = 7_500;

/** Giving back takes at most this long, in ms; with DRAIN_MS it is below the 10 s that a stop may take. */
const GIVE_BACK_MS = 1_500;

/** Pause after the queue could not be asked, in ms. */
const QUEUE_PAUSE_MS = 1_000;

/** Id that no record has: reading it shows whether the store answers. */
const PROBE_ID = 'health-probe';

/** `breaker open`: something that the worker needs is away. */
export type WorkerStatus = 'running' | 'breaker open' | 'draining';

/** A worker that runs until it is stopped. */
export type Worker = {
  /** resolves when it has stopped and holds nothing any more */
  run(): Promise<void>;
  stop(): void;
  status(): WorkerStatus;
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** A worker on these ports. */
export const inferenceWorker = (ports: WorkerPorts): Worker => {
  const { inbox, captioner, context, telemetry, timing, bounds } = ports;
  const stop = new AbortController();
  const polls = new AbortController();
  const over = new AbortController();
  const stopped = whenAborted(stop.signal);
  const items = new Set<WorkItem>();
  const batches = new Set<Promise<void>>();

  const breaker = newBreaker(() => {
    telemetry.count('BreakerOpened', 1);
    telemetry.error('breaker opened', { pauseMs: breaker.pauseMs() });
  });
  /** A record that someone else has by now is noticed by whoever writes to it. */
  const lease = async (taken: TakenJob): Promise<void> => {
    const item = [...items].find((one) => one.taken === taken);
    if (item?.claimed === undefined || item.ended) return;
    item.claimed = (await prolong(context, item.claimed)) ?? item.claimed;
  };
  const hold = newHold(bounds.visibilityS, timing, lease, () => telemetry.count('HeartbeatsMissed', 1));
  const ending = newEnding({ context, telemetry, hold, breaker, timing });
  const stopping = (): boolean => stop.signal.aborted;
  const lanes = captioner.lanes;
  const shop: Workshop = { ...ports, ending, hold, fetching: limiter(FETCH_CONCURRENCY), lane: limiter(lanes), stopping };

  const begin = (taken: readonly TakenJob[]): void => {
    const own = taken.map((job): WorkItem => ({ taken: job, takenAt: timing.now(), ended: false }));
    for (const item of own) items.add(item);
    const failed = async (thrown: unknown): Promise<void> => {
      telemetry.error('batch failed', {}, thrown);
      await Promise.all(own.map((item) => ending.giveBack(item)));
    };
    const batch = workBatch(shop, own)
      .catch(failed)
      .finally(() => {
        for (const item of own) items.delete(item);
        batches.delete(batch);
      });
    batches.add(batch);
  };

  const take = async (): Promise<void> => {
    const max = breaker.state() === 'trying' ? 1 : bounds.batchMax;
    const holding = {
      async take(most: number, waitS: number, signal: AbortSignal) {
        const taken = await inbox.take(most, waitS, signal);
        for (const job of taken) hold.add(job);
        return taken;
      },
    };
    try {
      const taken = await collect(holding, { max, lingerMs: bounds.lingerMs }, timing, polls.signal);
      if (taken.length > 0) begin(taken);
    } catch (thrown) {
      telemetry.error('queue did not answer', {}, thrown);
      breaker.failed();
      await timing.sleep(QUEUE_PAUSE_MS, stop.signal);
    }
  };

  const pause = async (): Promise<void> => {
    await timing.sleep(breaker.pauseMs(), stop.signal);
    breaker.tryAgain();
    await context.store.get(PROBE_ID).catch(() => breaker.failed());
  };

  const takeAll = async (): Promise<void> => {
    while (!stopping()) {
      if (breaker.state() === 'open') await pause();
      else if (batches.size >= lanes + BATCHES_AHEAD) await Promise.race(batches);
      else await take();
    }
    await Promise.all(batches);
  };

  return {
    async run() {
      const beating = hold.beat(over.signal);
      await Promise.race([takeAll(), stopped.then(() => timing.sleep(DRAIN_MS, over.signal))]);
      const unfinished = Promise.all([...items].map((item) => ending.giveBack(item)));
      await Promise.race([unfinished, timing.sleep(GIVE_BACK_MS, over.signal)]);
      over.abort();
      await beating;
      telemetry.flush();
    },
    stop() {
      stop.abort();
      void timing.sleep(POLL_GRACE_MS, over.signal).then(() => polls.abort());
    },
    status: () => (stopping() ? 'draining' : breaker.state() === 'open' ? 'breaker open' : 'running'),
  };
};
