// As much of autocannon's interface as the lookup bench uses; the package has no types.
declare module 'autocannon' {
  type Request = { method: 'GET'; path: string; headers: Record<string, string> };
  type Client = { setRequests(requests: readonly Request[]): void };
  type Options = {
    url: string;
    connections: number;
    /** seconds */
    duration: number;
    setupClient(client: Client): void;
  };
  type Result = {
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    /** seconds */
    duration: number;
    /** ms */
    latency: { p50: number; p99: number; max: number };
  };

  /** Sends requests and counts answers. */
  const autocannon: (options: Options) => Promise<Result>;
  export = autocannon;
}
