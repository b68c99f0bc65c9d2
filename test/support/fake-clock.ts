// Time that passes only when a test says so.
import type { Timing } from '../../functions/handlers/worker/worker-ports.ts';

/** A clock, and the way to move it. */
export type FakeClock = Timing & {
  /** lets `ms` pass; whoever sleeps until then goes on in order */
  advance(ms: number): Promise<void>;
  /** lets whoever sleeps go on, one after the other, until `condition` holds */
  until(condition: () => boolean): Promise<void>;
};

const START = 1_764_000_000_000;
/** More than any test needs. */
const MOST_STEPS = 20_000;

/** Lets all promises go on that wait for no time. */
const breathe = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that stands still at first. */
export const fakeClock = (): FakeClock => {
  let now = START;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { at: now + ms, wake: () => wake() };
      const wake = (): void => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  const wakeNext = (end: number): boolean => {
    const next = [...sleepers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) return false;
    now = Math.max(now, next.at);
    next.wake();
    return true;
  };
  return {
    now: () => now,
    sleep,
    async advance(ms) {
      const end = now + ms;
      do await breathe();
      while (wakeNext(end));
      now = end;
    },
    async until(condition) {
      await breathe();
      for (let step = 0; !condition(); step += 1) {
        if (step === MOST_STEPS || !wakeNext(Number.POSITIVE_INFINITY)) throw new Error('the condition never came true');
        await breathe();
      }
    },
  };
};
