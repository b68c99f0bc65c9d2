// Tries again what another attempt may mend: a few times, later and later.
import { ServiceUnavailable } from '../../core/errors.ts';
import { HubUnavailable } from './hub-errors.ts';

/** Attempts that may fail one after the other. */
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;

/** A hub that wants a longer pause is told to the user instead. */
const LONGEST_PAUSE_MS = 60_000;

/** Waits; tests do not. */
export type Pause = (ms: number) => Promise<void>;

const pauseAfter = (failures: number, thrown: unknown): number => {
  const asked = thrown instanceof HubUnavailable ? thrown.retryAfterMs : 0;
  return Math.max(asked, FIRST_PAUSE_MS * 2 ** (failures - 1));
};

/**
 * Does the work until it succeeds. An attempt that moved on counts as the first.
 * @throws whatever the last attempt throws; at once what is no ServiceUnavailable
 */
export const retried = async <T>(work: () => Promise<T>, pause: Pause, movedOn: () => boolean = () => false): Promise<T> => {
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (thrown) {
      failures = movedOn() ? 1 : failures + 1;
      const ms = pauseAfter(failures, thrown);
      if (!(thrown instanceof ServiceUnavailable) || failures >= MAX_ATTEMPTS || ms > LONGEST_PAUSE_MS) throw thrown;
      await pause(ms);
    }
  }
};
