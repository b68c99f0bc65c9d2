// The load of the lookup bench, in a process of its own: what to ask as JSON on its input, what was answered as JSON on its output.
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';

/** What is asked: all paths in turn, from another place on for each connection. */
export type Load = {
  url: string;
  paths: string[];
  headers: Record<string, string>;
  connections: number;
  durationS: number;
  /** requests a second, evenly, whether others are answered or not; without it as many as are answered */
  rate?: number;
};

/** What was answered; latencies in ms, with a rate from the time when the request was due. */
export type Loaded = { answers: number; perSecond: number; p50: number; p99: number; max: number; notOk: number };

const MS_PER_SECOND = 1000;
/** Of an even load, not counted: this process compiles its code and opens its connections meanwhile. */
const WARM_MS = 2000;

/** As many requests as are answered. */
const most = async ({ url, paths, headers, connections, durationS }: Load): Promise<Loaded> => {
  let started = 0;
  const result = await autocannon({
    url,
    connections,
    duration: durationS,
    setupClient: (client) => {
      const from = Math.floor((paths.length * started++) / connections);
      client.setRequests([...paths.slice(from), ...paths.slice(0, from)].map((path) => ({ method: 'GET', path, headers })));
    },
  });
  const { p50, p99, max } = result.latency;
  const notOk = result.non2xx + result.errors + result.timeouts;
  return { answers: result['2xx'], perSecond: result['2xx'] / result.duration, p50, p99, max, notOk };
};

/** Evenly; autocannon would send each second's requests in one burst at its start. */
const evenly = async ({ url, paths, headers, connections, durationS }: Load, rate: number): Promise<Loaded> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let countedFrom = 0;
  let notOk = 0;
  const ask = (path: string, dueAt: number): Promise<void> =>
    new Promise((resolve) => {
      const fail = (): void => {
        notOk++;
        resolve();
      };
      const request = get(`${url}${path}`, { agent, headers }, (response) => {
        response.resume().once('error', fail);
        response.once('end', () => {
          if (response.statusCode !== 200) return fail();
          if (dueAt >= countedFrom) latencies.push(performance.now() - dueAt);
          resolve();
        });
      });
      request.once('error', fail);
    });
  const asked: Promise<void>[] = [];
  const began = performance.now();
  countedFrom = began + WARM_MS;
  for (let at = 0; at < rate * (durationS + WARM_MS / MS_PER_SECOND); at++) {
    const dueAt = began + (at * MS_PER_SECOND) / rate;
    while (performance.now() < dueAt) await setTimeout(1);
    asked.push(ask(paths[at % paths.length] ?? '', dueAt));
  }
  await Promise.all(asked);
  const perSecond = (latencies.length * MS_PER_SECOND) / (performance.now() - countedFrom);
  agent.destroy();
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 10) / 10;
  return { answers: sorted.length, perSecond, p50: quantile(0.5), p99: quantile(0.99), max: quantile(1 - Number.EPSILON), notOk };
};

const load = JSON.parse(await text(process.stdin)) as Load;
process.stdout.write(JSON.stringify(load.rate === undefined ? await most(load) : await evenly(load, load.rate)));
