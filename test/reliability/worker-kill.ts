// Figure 8, for the inference worker: kill -9 within a load. No job is lost or stuck, and none is written twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom, whole } from '../support/random.ts';
import { addLoad, checkAll, finish, untilWorking } from '../support/worker-load.ts';
import { startWorkerServers } from '../support/worker-servers.ts';

const KILLS = 50;
const JOBS = 1000;
const SEED = 8001;
const FINISH_WITHIN_MS = 60_000;
const LATEST_KILL_MS = 300;

const main = async (): Promise<void> => {
  const servers = await startWorkerServers();
  const random = randomFrom(SEED);
  const ids: string[] = [];
  const perKill = JOBS / KILLS;
  for (let kill = 0; kill < KILLS; kill++) {
    ids.push(...(await addLoad(servers, kill * perKill, perKill)));
    const worker = servers.start();
    await untilWorking(worker);
    await sleep(whole(random, LATEST_KILL_MS));
    worker.child.kill('SIGKILL');
    await worker.ended;
  }
  const left = servers.waiting();
  const { ms } = await finish(servers, FINISH_WITHIN_MS);
  const { notDone, leased, notTold, twice } = await checkAll(servers, ids);
  await servers.close();
  console.log(
    `figure 8, worker (seed ${SEED}): ${KILLS} kills within ${JOBS} jobs; ${left.visible + left.hidden} were left after the last`,
  );
  console.log(
    `${notDone} lost or stuck, ${twice} written twice, ${leased} leases left, ${notTold} not told; all done ${Math.round((ms ?? FINISH_WITHIN_MS) / 1000)} s after the last kill`,
  );
  process.exitCode = ms !== undefined && notDone + twice + leased + notTold === 0 ? 0 : 1;
};

if (import.meta.main) await main();
