// Figure 10: SIGTERM to the inference worker under load. It ends with 0 in time, no job is lost, and none is captioned twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomFrom, whole } from '../support/random.ts';
import { addLoad, checkAll, endsOf, finish, untilWorking } from '../support/worker-load.ts';
import { startWorkerServers, type WorkerServers } from '../support/worker-servers.ts';

const ROUNDS = 20;
const JOBS_PER_ROUND = 60;
const SEED = 10001;
const STOP_WITHIN_MS = 10_000;
const FINISH_WITHIN_MS = 60_000;
const LATEST_STOP_MS = 400;

type Round = { ids: string[]; code: number | null; ms: number; ends: { id: string; end: string }[] };

/** One worker that is stopped while it works. */
export const drainOnce = async (servers: WorkerServers, from: number, random: Random): Promise<Round> => {
  const ids = await addLoad(servers, from, JOBS_PER_ROUND);
  const worker = servers.start();
  await untilWorking(worker);
  await sleep(whole(random, LATEST_STOP_MS));
  const began = performance.now();
  worker.child.kill('SIGTERM');
  const { code } = await worker.ended;
  return { ids, code, ms: performance.now() - began, ends: endsOf(worker) };
};

const main = async (): Promise<void> => {
  const servers = await startWorkerServers();
  const random = randomFrom(SEED);
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await drainOnce(servers, i * JOBS_PER_ROUND, random));
  const { worker, ms } = await finish(servers, FINISH_WITHIN_MS);
  const ids = rounds.flatMap((round) => round.ids);
  const ends = [...rounds.flatMap((round) => round.ends), ...endsOf(worker)];
  const captioned = ends.filter(({ end }) => end === 'captioned' || end === 'abstained');
  const repeated = captioned.length - new Set(captioned.map(({ id }) => id)).size;
  const givenBack = ends.filter(({ end }) => end === 'given back').length;
  const { notDone, leased, notTold, twice } = await checkAll(servers, ids);
  await servers.close();

  const inTime = rounds.filter((round) => round.code === 0 && round.ms <= STOP_WITHIN_MS).length;
  const slowest = Math.max(...rounds.map((round) => round.ms));
  console.log(
    `figure 10 (seed ${SEED}): ${inTime}/${ROUNDS} stops under load ended with 0 within 10 s, the slowest after ${Math.round(slowest)} ms`,
  );
  console.log(
    `${ids.length} jobs: ${notDone} lost, ${repeated + twice} repeated, ${leased} leases left, ${notTold} not told; ${givenBack} were given back`,
  );
  process.exitCode = inTime === ROUNDS && ms !== undefined && notDone + repeated + twice + leased + notTold === 0 ? 0 : 1;
};

if (import.meta.main) await main();
