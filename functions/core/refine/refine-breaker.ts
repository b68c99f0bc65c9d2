// A circuit breaker: when store, bucket or model are away, the worker stops taking jobs and tries again with growing pauses.
// Jobs that are not taken stay in the queue and use up none of their deliveries.

/** Failures in a row that open it: one bad moment is not an outage. */
export const BREAKER_FAILURES = 3;

/** First pause, in ms; each failed try doubles it. */
export const BREAKER_FIRST_PAUSE_MS = 1_000;

/** Longest pause, in ms: an outage that ends is noticed within it. */
export const BREAKER_LONGEST_PAUSE_MS = 60_000;

/** `trying`: a pause is over, and one job shows whether all is well again. */
export type BreakerState = 'closed' | 'open' | 'trying';

/** Counts failures that are not the picture's own. */
export type Breaker = {
  state(): BreakerState;
  /** how long to wait before the next try, in ms */
  pauseMs(): number;
  worked(): void;
  failed(): void;
  /** the pause is over */
  tryAgain(): void;
};

/** A closed breaker; `opened` is told when work stops, not of each failed try. */
export const breaker = (opened: () => void): Breaker => {
  let state: BreakerState = 'closed';
  let failures = 0;
  let pauseMs = BREAKER_FIRST_PAUSE_MS;
  return {
    state: () => state,
    pauseMs: () => pauseMs,
    worked() {
      failures = 0;
      if (state === 'open') return; // a job from before
      state = 'closed';
      pauseMs = BREAKER_FIRST_PAUSE_MS;
    },
    failed() {
      failures += 1;
      if (state === 'trying') pauseMs = Math.min(2 * pauseMs, BREAKER_LONGEST_PAUSE_MS);
      else if (state === 'open' || failures < BREAKER_FAILURES) return;
      else opened();
      state = 'open';
    },
    tryAgain() {
      state = 'trying';
    },
  };
};
