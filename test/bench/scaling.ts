// npm run bench -- --scaling [--jobs 10000]: a queue that one worker begins to empty, and another one joins after each quarter or so: the real
// program against the embedded servers. Jobs a second, and whether what they cost grows with their number as a straight line.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gpuUsdPerSecond } from '../../infra/prices.ts';
import { addLoad, endsOf } from '../support/worker-load.ts';
import { startWorkerServers, type WorkerProcess, type WorkerServers } from '../support/worker-servers.ts';
import { linearFit, type Point } from './linear-fit.ts';
import { cpuMs, machineLine } from './service.ts';

const MOST_WORKERS = 4;
/** While a worker starts, the others go on: with fewer jobs nothing would be left for it. */
const LEAST_JOBS = 1000;
const SAMPLE_MS = 250;
const POLL_MS = 25;
const LOAD_CHUNK = 500;
const MS_PER_SECOND = 1000;
const JOBS_OF_A_PRICE = 1000;
const GIVE_UP_MS = 600_000;
/** Whose price a worker's second has; a process on this machine is none, so the dollars only scale the seconds. */
const INSTANCE = 'g6.xlarge';
const SETTINGS = { BATCH_MAX: '10', VISIBILITY_SECONDS: '120', LEASE_SECONDS: '120' };

type Sample = { jobs: number; seconds: number; cpuSeconds: number };
type Phase = { workers: number; samples: Sample[]; serverCpuSeconds: number };

const cpuSecondsOf = (workers: readonly WorkerProcess[]): number =>
  workers.reduce((sum, { child }) => sum + (child.pid === undefined ? 0 : cpuMs(child.pid, true)), 0) / MS_PER_SECOND;

const ownCpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const fill = async (servers: WorkerServers, jobs: number): Promise<void> => {
  for (let at = 0; at < jobs; at += LOAD_CHUNK) await addLoad(servers, at, Math.min(LOAD_CHUNK, jobs - at));
};

const startWorker = async (servers: WorkerServers): Promise<WorkerProcess> => {
  const worker = servers.start(SETTINGS);
  while (!worker.lines.some(({ message }) => message === 'worker runs')) {
    if (worker.child.exitCode !== null) throw new Error(`a worker did not start: ${worker.errors.join(' ')}`);
    await sleep(POLL_MS);
  }
  return worker;
};

/** Samples, from now on, until this phase's share of the jobs that are left is done; `phases` are left, with this one. */
const measurePhase = async (workers: readonly WorkerProcess[], jobsInQueue: number, phases: number): Promise<Phase> => {
  const done = (): number => workers.reduce((sum, worker) => sum + endsOf(worker).length, 0);
  const [began, doneBefore, cpuBefore, ownBefore] = [performance.now(), done(), cpuSecondsOf(workers), ownCpuSeconds()];
  const upTo = doneBefore + Math.floor((jobsInQueue - doneBefore) / phases);
  const samples: Sample[] = [];
  for (let jobs = 0; doneBefore + jobs < upTo; ) {
    await sleep(SAMPLE_MS);
    jobs = done() - doneBefore;
    const seconds = (performance.now() - began) / MS_PER_SECOND;
    samples.push({ jobs, seconds, cpuSeconds: cpuSecondsOf(workers) - cpuBefore });
    if (seconds * MS_PER_SECOND > GIVE_UP_MS) throw new Error(`${doneBefore + jobs} of ${upTo} jobs were done`);
  }
  return { workers: workers.length, samples, serverCpuSeconds: ownCpuSeconds() - ownBefore };
};

const usdPerSecond = gpuUsdPerSecond([INSTANCE], false);
const costsOf = ({ workers, samples }: Phase): Point[] =>
  samples.map(({ jobs, seconds }) => ({ x: jobs, y: workers * seconds * usdPerSecond }));

const print = (phase: Phase): void => {
  const { workers, samples, serverCpuSeconds } = phase;
  const { jobs = 0, seconds = 0, cpuSeconds = 0 } = samples.at(-1) ?? {};
  const each = (value: number): string => ((value * JOBS_OF_A_PRICE) / jobs).toFixed(2);
  const { slope, r2 } = linearFit(costsOf(phase));
  console.log(
    `${workers} ${workers === 1 ? 'worker ' : 'workers'} ${jobs} jobs in ${seconds.toFixed(1)} s = ${(jobs / seconds).toFixed(1)} jobs/s; for 1,000 jobs: ` +
      `${each(workers * seconds)} worker-seconds = $ ${(slope * JOBS_OF_A_PRICE).toFixed(4)} (straight line, R^2 ${r2.toFixed(4)}), ` +
      `CPU seconds: workers ${each(cpuSeconds)}, servers ${each(serverCpuSeconds)}`,
  );
};

/** The phases after each other: what was paid and used for so many jobs. */
const printWhole = (phases: readonly Phase[]): void => {
  const cpu: Point[] = [];
  let [jobsBefore, cpuBefore] = [0, 0];
  for (const { samples } of phases) {
    cpu.push(...samples.map(({ jobs, cpuSeconds }) => ({ x: jobsBefore + jobs, y: cpuBefore + cpuSeconds })));
    jobsBefore += samples.at(-1)?.jobs ?? 0;
    cpuBefore += samples.at(-1)?.cpuSeconds ?? 0;
  }
  const { slope, r2 } = linearFit(cpu);
  console.log(
    `whole queue: CPU seconds of the workers against jobs are a straight line with R^2 ${r2.toFixed(4)}, ${(slope * JOBS_OF_A_PRICE).toFixed(2)} for 1,000`,
  );
};

const jobsOf = (value: string): number => {
  const jobs = Number(value);
  if (Number.isInteger(jobs) && jobs >= LEAST_JOBS) return jobs;
  throw new TypeError(`Expected ${LEAST_JOBS} or more for --jobs but received "${value}"`);
};

/** Measures and prints. @param args the command line after `--scaling` */
export const benchScaling = async (args: readonly string[]): Promise<void> => {
  const options = { scaling: { type: 'boolean' }, jobs: { type: 'string', default: '10000' } } as const;
  const jobs = jobsOf(parseArgs({ args: [...args], options, strict: true }).values.jobs);
  console.log(machineLine());
  console.log(
    `a queue of ${jobs} jobs, the tiny test package, batches of ${SETTINGS.BATCH_MAX}; the embedded servers share the CPUs with the workers`,
  );
  const servers = await startWorkerServers();
  const workers: WorkerProcess[] = [];
  try {
    await fill(servers, jobs);
    const phases: Phase[] = [];
    while (workers.length < MOST_WORKERS) {
      workers.push(await startWorker(servers));
      const phase = await measurePhase(workers, jobs, MOST_WORKERS - workers.length + 1);
      print(phase);
      phases.push(phase);
    }
    printWhole(phases);
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
  } finally {
    await servers.close();
  }
};
