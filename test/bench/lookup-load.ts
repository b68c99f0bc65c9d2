// The load of the lookup bench, in a process of its own: what to ask as JSON on its input, what was answered as JSON on its output.
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';

/** What is asked: each of the connections asks for all paths in turn, from another place on. */
export type Load = {
  url: string;
  paths: string[];
  headers: Record<string, string>;
  connections: number;
  durationS: number;
  /** a second, of all connections; as many as are answered when absent */
  rate?: number;
};

/** What was answered; latencies in ms. */
export type Loaded = { answers: number; perSecond: number; p50: number; p99: number; max: number; notOk: number };

const { url, paths, headers, connections, durationS, rate } = JSON.parse(await text(process.stdin)) as Load;
let started = 0;
const result = await autocannon({
  url,
  connections,
  duration: durationS,
  ...(rate !== undefined && { overallRate: rate }),
  setupClient: (client) => {
    const from = Math.floor((paths.length * started++) / connections);
    client.setRequests([...paths.slice(from), ...paths.slice(0, from)].map((path) => ({ method: 'GET', path, headers })));
  },
});
const { p50, p99, max } = result.latency;
const notOk = result.non2xx + result.errors + result.timeouts;
const loaded: Loaded = { answers: result['2xx'], perSecond: result['2xx'] / result.duration, p50, p99, max, notOk };
process.stdout.write(JSON.stringify(loaded));
