// node test/bench/lookups.ts [SECONDS]: requests a second of the lookup function through the HTTP server, with 1,000 records in the embedded
// store, by id and by key, with tokens and without; its process has one core to itself, all other processes have the other one.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { clientSettings } from '../../infra/local/environment.ts';
import { fullRecord } from '../support/record-samples.ts';
import type { Load, Loaded } from './lookup-load.ts';
import { cpuMs, type MeasuredService, machineLine, startMeasured } from './service.ts';

const LOAD_FILE = fileURLToPath(new URL('./lookup-load.ts', import.meta.url));
const RECORDS = 1000;
const SECONDS = Number(process.argv[2] ?? 10);
const WARM_S = 3;
const CONNECTIONS = 32;
const TARGET_PER_SECOND = 1500;
const TARGET_P99_MS = 10;
const [LOOKUP_CORE, OTHER_CORE] = ['0', '1'];

type Paths = { byId: string[]; byKey: string[] };

/** All threads of a process run on this core from now on. */
const pin = (core: string, ...pids: number[]): void => {
  for (const pid of pids) execFileSync('taskset', ['-a', '-c', '-p', core, String(pid)]);
};

const fill = async ({ bucket, dynamoUrl, table }: MeasuredService): Promise<Paths> => {
  const client = new DynamoDBClient(clientSettings(dynamoUrl));
  const store = dynamoRecords({ client, tableName: table, now: Date.now });
  const paths: Paths = { byId: [], byKey: [] };
  for (let at = 0; at < RECORDS; at++) {
    const record = await fullRecord(`photos/2024/IMG_${at}-${randomUUID()}.jpg`, { bucket });
    if (!(await store.put(record, undefined))) throw new Error('a record was there already');
    paths.byId.push(`/v1/images/${record.id}`);
    paths.byKey.push(`/v1/images?${new URLSearchParams({ key: record.key })}`);
  }
  client.destroy();
  return paths;
};

const send = async (load: Load): Promise<Loaded> => {
  const child = spawn('taskset', ['-c', OTHER_CORE, process.execPath, LOAD_FILE], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(load));
  return JSON.parse(await text(child.stdout)) as Loaded;
};

const HALF = Math.round(TARGET_PER_SECOND / 2);
const BARE_SERVER = `require('node:http').createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1', function () {
  console.log(this.address().port);
});`;

/** The same even load on a server that does nothing: what the machine, with whatever else it does, adds to latencies. */
const measureMachine = async (): Promise<void> => {
  const child = spawn('taskset', ['-c', LOOKUP_CORE, process.execPath, '-e', BARE_SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${Number(String(port))}`;
  const { p50, p99 } = await send({ url, paths: ['/'], headers: {}, connections: CONNECTIONS, durationS: SECONDS, rate: HALF });
  child.kill();
  console.log(`a server that does nothing, at an even ${HALF} requests/s: p50 ${p50} ms, p99 ${p99} ms`);
};

const failed = ({ notOk }: Loaded): string => (notOk > 0 ? `, ${notOk} FAILED` : '');

const measure = async (service: MeasuredService, what: string, load: Omit<Load, 'connections' | 'durationS'>): Promise<void> => {
  await send({ ...load, connections: CONNECTIONS, durationS: WARM_S });
  const before = [cpuMs(service.pids.lookup), cpuMs(service.pid)] as const;
  const most = await send({ ...load, connections: CONNECTIONS, durationS: SECONDS });
  const [lookup, servers] = [cpuMs(service.pids.lookup) - before[0], cpuMs(service.pid) - before[1]].map((ms) =>
    (ms / most.answers).toFixed(2),
  );
  const half = await send({ ...load, connections: CONNECTIONS, durationS: SECONDS, rate: HALF });
  console.log(`${what}: ${most.perSecond.toFixed(0)} requests/s, p99 ${most.p99} ms at ${CONNECTIONS} connections${failed(most)}`);
  console.log(`  CPU time for each: ${lookup} ms in the lookup function's process, ${servers} ms in that of the embedded store`);
  console.log(
    `  at an even ${half.perSecond.toFixed(0)} requests/s: p50 ${half.p50} ms, p99 ${half.p99} ms, longest ${half.max} ms${failed(half)}`,
  );
};

console.log(machineLine());
console.log(
  `lookups: ${RECORDS} records; target at least ${TARGET_PER_SECOND} requests/s, p99 at most ${TARGET_P99_MS} ms at half of that`,
);
await measureMachine();
for (const open of [false, true]) {
  const service = await startMeasured({ open });
  try {
    const { apiUrl: url, token, pid, pids } = service;
    const paths = await fill(service);
    const headers: Record<string, string> = open ? {} : { authorization: `Bearer ${token}` };
    const how = open ? 'open' : 'with a token';
    pin(LOOKUP_CORE, pids.lookup);
    pin(OTHER_CORE, pid, ...pids.ingest);
    await measure(service, `by id, ${how}`, { url, headers, paths: paths.byId });
    await measure(service, `by key, ${how}`, { url, headers, paths: paths.byKey });
    pin(OTHER_CORE, pids.lookup);
    const all = await send({ url, headers, paths: paths.byId, connections: CONNECTIONS, durationS: SECONDS });
    console.log(`  by id, ${how}, all processes on one core: ${all.perSecond.toFixed(0)} requests/s${failed(all)}`);
  } finally {
    await service.stop();
  }
}
