// How requests to AWS are bounded in time, in number and in connections; and pauses between retries.

/** Bounds of one client. */
export type RequestBounds = { connectTimeoutMs: number; requestTimeoutMs: number; attempts: number; sockets: number };

/** Where a client's service is, and with which keys; empty: where and as the SDK finds by itself. */
export type ClientPlace = { endpoint?: string; credentials?: { accessKeyId: string; secretAccessKey: string } };

const KEEP_ALIVE_MS = 1000;

/** First pause before a retry, in ms; each further one is up to twice as long. */
const BASE_PAUSE_MS = 50;
const MOST_PAUSE_MS = 2000;

/** Ms before retry number `retry` (from 0): half of it fixed, half random, so that many clients do not return at once. */
const pauseMs = (retry: number): number => {
  const ms = Math.min(MOST_PAUSE_MS, BASE_PAUSE_MS * 2 ** retry);
  return ms / 2 + (Math.random() * ms) / 2;
};

/** Waits before retry number `retry` (from 0). */
export const pauseBeforeRetry = (retry: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs(retry)));

type RetryToken = { getRetryCount(): number; getRetryDelay(): number };

const tokenOf = (count: number): RetryToken => {
  const ms = count === 0 ? 0 : pauseMs(count - 1);
  return { getRetryCount: () => count, getRetryDelay: () => ms };
};

const RETRIED = new Set(['THROTTLING', 'TRANSIENT']);

/** The SDK's own strategy waits up to 31 s in all when it is throttled: longer than a function or a client has. */
const retryStrategy = (attempts: number) => ({
  acquireInitialRetryToken: async () => tokenOf(0),
  async refreshRetryTokenForRetry(token: RetryToken, { errorType }: { errorType: string }) {
    const count = token.getRetryCount() + 1;
    if (count >= attempts || !RETRIED.has(errorType)) throw new Error('no further attempt');
    return tokenOf(count);
  },
  recordSuccess: () => {},
});

/** The part of a client's configuration that keeps the bounds; connections are kept open. */
export const requestSettings = ({ connectTimeoutMs, requestTimeoutMs, attempts, sockets }: RequestBounds) => {
  const agent = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: sockets };
  return {
    maxAttempts: attempts,
    retryStrategy: retryStrategy(attempts),
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
};
