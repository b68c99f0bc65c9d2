// How requests to AWS are bounded in time, in number and in connections; and pauses between own retries.

/** Bounds of one client. */
export type RequestBounds = { connectTimeoutMs: number; requestTimeoutMs: number; attempts: number; sockets: number };

const KEEP_ALIVE_MS = 1000;

/** The part of a client's configuration that keeps the bounds; connections are kept open. */
export const requestSettings = ({ connectTimeoutMs, requestTimeoutMs, attempts, sockets }: RequestBounds) => {
  const agent = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: sockets };
  return {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
};

/** First pause before an own retry, in ms; each further one is up to twice as long. */
const BASE_PAUSE_MS = 50;
const MOST_PAUSE_MS = 2000;

/** Waits before retry number `retry` (from 0): half of it fixed, half random, so that many clients do not return at once. */
export const pauseBeforeRetry = (retry: number): Promise<void> => {
  const ms = Math.min(MOST_PAUSE_MS, BASE_PAUSE_MS * 2 ** retry);
  return new Promise((resolve) => setTimeout(resolve, ms / 2 + (Math.random() * ms) / 2));
};
