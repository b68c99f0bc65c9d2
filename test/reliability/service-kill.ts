// Figures 8 and 9 on the whole service: kill -9 of its functions and its worker within uploads, and of all of it between restarts.
// Figure 8 is also measured with every usual stage of the analysis, on fewer uploads, as each takes its detectors' time.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { USUAL_STAGES } from '../../functions/core/facts/facts.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import type { Context } from '../../infra/local/assembly.ts';
import { eventually, isAlive, temporaryFolder } from '../support/local-service.ts';
import { type Announced, QUICK_LINE, type QuickService, startQuick } from '../support/quick-service.ts';
import { randomFrom, whole } from '../support/random.ts';
import { insideOf } from '../support/service-inside.ts';
import { isSettled, keyOf, putPictures, startBus, untilSettled } from '../support/service-load.ts';
import { numberedPicture } from '../support/worker-load.ts';

const PROGRAM = fileURLToPath(new URL('../support/quick-service.ts', import.meta.url));
const SEED = 8101;
const SETTLED_WITHIN_MS = 60_000;
/** Messages that were taken when all was killed come again, find their work done, and go. */
const IDLE_WITHIN_MS = 150_000;
/** After it is known that there is work. */
const LATEST_KILL_MS = 400;
const UPLOADS_A_LIFE = 20;
/** A record is written READY by the function and again by the worker; more is twice. */
const MOST_TOLD = 2;

type Size = { kills: number; uploads: number };
/** Kills with the usual stages of the analysis. */
const WHOLE: Size = { kills: 10, uploads: 100 };
const random = randomFrom(SEED);

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Kills one of the processes that work, when one is alive. */
const killOne = async ({ service }: QuickService): Promise<'ingest' | 'worker'> => {
  const victims = await eventually('a process to kill', () => {
    const { ingest, worker } = service.pids();
    const all = [...ingest.map((pid) => ({ who: 'ingest' as const, pid })), { who: 'worker' as const, pid: worker ?? 0 }];
    const alive = all.filter(({ pid }) => pid > 0 && isAlive(pid));
    return alive.length > 0 ? alive : undefined;
  });
  const victim = victims[whole(random, victims.length)];
  if (victim === undefined) throw new Error('nobody to kill');
  process.kill(victim.pid, 'SIGKILL');
  return victim.who;
};

type Fate = { lost: number; stuck: number; failed: number; ready: number };

const fateOf = (keys: readonly string[], records: readonly CaptionRecord[]): Fate => {
  const byKey = new Map(records.map((record) => [record.key, record]));
  const own = keys.map((key) => byKey.get(key));
  return {
    lost: own.filter((record) => record === undefined).length,
    stuck: own.filter((record) => record !== undefined && !isSettled(record)).length,
    failed: own.filter((record) => record?.state === 'FAILED').length,
    ready: own.filter((record) => record?.state === 'READY').length,
  };
};

const killProcesses = async ({ kills, uploads }: Size, wishes: Context = {}): Promise<boolean> => {
  const dataFolder = temporaryFolder();
  const bus = await startBus();
  const variables = { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url };
  const running = await startQuick(dataFolder, { ingest: variables, worker: variables }, undefined, wishes);
  const inside = insideOf(running);
  const { service, lines } = running;
  const killed = { ingest: 0, worker: 0 };
  const keys: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const from = Math.floor((kill * uploads) / kills);
    const putting = putPictures(service.s3Url, service.bucket, from, Math.floor(((kill + 1) * uploads) / kills) - from, keys);
    await sleep(whole(random, LATEST_KILL_MS));
    killed[await killOne(running)] += 1;
    await putting;
  }
  const { settledMs: ms, idleMs } = await untilSettled(inside, keys, SETTLED_WITHIN_MS, IDLE_WITHIN_MS);
  const records = await inside.records();
  const fate = fateOf(keys, records);
  const dead = (await inside.count('UploadsDlqUrl')) + (await inside.count('InferenceDlqUrl'));
  const told = await Promise.all(keys.map(async (key) => bus.revisions.get(await imageId(service.bucket, key))?.size ?? 0));
  const interrupted = lines.filter((line) => line.includes(' failed and comes again: ')).length;
  const untold = told.filter((count) => count === 0).length;
  const twice = told.filter((count) => count > MOST_TOLD).length + (records.length - new Set(records.map(({ key }) => key)).size);
  console.log(
    `figure 8, service (seed ${SEED}; analysis ${wishes.analysis ?? 'as above'}): ${kills} kills (${killed.ingest} of ingest, ${killed.worker} of the worker) within ${uploads} uploads, ${keys.length} answered 200; ${interrupted} batches of ingest were interrupted`,
  );
  console.log(
    `${fate.lost} lost, ${fate.stuck} stuck, ${twice} duplicated, ${untold} not told, ${fate.ready} READY, ${fate.failed} FAILED, ${dead} dead letters; all terminal and refined ${ms === undefined ? `NOT within ${seconds(SETTLED_WITHIN_MS)}` : seconds(ms)} s after the last kill (target 60), queues empty ${idleMs === undefined ? 'NOT in time' : `after ${seconds(idleMs)} s`}`,
  );
  inside.close();
  running.s3.destroy();
  await service.stop();
  await bus.close();
  rmSync(dataFolder, { recursive: true, force: true });
  return (
    ms !== undefined &&
    idleMs !== undefined &&
    keys.length === uploads &&
    fate.lost + fate.stuck + twice + untold + dead === 0 &&
    fate.ready === uploads
  );
};

const startProgram = async (dataFolder: string): Promise<{ child: ChildProcess; announced: Announced }> => {
  const child = spawn(process.execPath, [PROGRAM, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [words] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number | null];
  if (!(words instanceof Buffer)) throw new Error('the service did not start again');
  return { child, announced: JSON.parse(words.toString()) };
};

/** Keys that were answered 200 and whose bytes are not there. */
const missingObjects = async ({ s3, service }: QuickService, keys: readonly string[]): Promise<number> => {
  let missing = 0;
  for (const key of keys) {
    const number = Number(/\d+/.exec(key)?.[0]);
    const found = await s3.send(new GetObjectCommand({ Bucket: service.bucket, Key: key })).catch(() => undefined);
    const bytes = (await found?.Body?.transformToByteArray()) ?? new Uint8Array();
    if (!Buffer.from(bytes).equals(await numberedPicture(number))) missing += 1;
  }
  return missing;
};

const killEverything = async (restarts: number): Promise<boolean> => {
  const dataFolder = temporaryFolder();
  const keys: string[] = [];
  let opened = 0;
  for (let life = 0; life < restarts; life++) {
    const { child, announced } = await startProgram(dataFolder);
    opened += 1;
    const ended = once(child, 'exit');
    const putting = putPictures(announced.s3Url, announced.bucket, life * UPLOADS_A_LIFE, UPLOADS_A_LIFE, keys);
    const enough = keys.length + 1 + whole(random, UPLOADS_A_LIFE);
    await eventually('uploads', () => (keys.length >= enough ? true : undefined));
    await sleep(whole(random, LATEST_KILL_MS));
    child.kill('SIGKILL');
    await ended;
    await putting;
  }
  const running = await startQuick(dataFolder);
  const inside = insideOf(running);
  const { settledMs: ms, idleMs } = await untilSettled(inside, keys, SETTLED_WITHIN_MS, IDLE_WITHIN_MS);
  const fate = fateOf(keys, await inside.records());
  const missing = await missingObjects(running, keys);
  const all = Array.from({ length: restarts * UPLOADS_A_LIFE }, (_, number) => keyOf(number));
  const others = fateOf(all, await inside.records()).stuck;
  console.log(
    `figure 9 (seed ${SEED}): ${restarts} kills of the whole service, its data opened ${opened} of ${restarts} times and once more; ${keys.length} of ${all.length} uploads were answered 200`,
  );
  console.log(
    `of these ${missing} objects missing, ${fate.lost} records lost, ${fate.stuck} stuck, ${fate.failed} FAILED, ${fate.ready} READY (of all uploads ${others} stuck); all terminal and refined ${ms === undefined ? `NOT within ${seconds(SETTLED_WITHIN_MS)}` : seconds(ms)} s after the last start, queues empty ${idleMs === undefined ? 'NOT in time' : `after ${seconds(idleMs)} s`}`,
  );
  inside.close();
  running.s3.destroy();
  await running.service.stop();
  rmSync(dataFolder, { recursive: true, force: true });
  return (
    ms !== undefined && idleMs !== undefined && opened === restarts && missing + fate.lost + fate.stuck === 0 && fate.ready === keys.length
  );
};

const main = async (): Promise<void> => {
  const number = (text: string): number => {
    if (!/^\d+$/.test(text)) throw new Error(`expected a number but received ${text}`);
    return Number(text);
  };
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      uploads: { type: 'string', default: '1000' },
      restarts: { type: 'string', default: '20' },
    },
  });
  const size = { kills: number(values.kills), uploads: number(values.uploads) };
  const restarts = number(values.restarts);
  console.log(QUICK_LINE);
  const held = [
    size.kills === 0 || (await killProcesses(size)),
    size.kills === 0 || (await killProcesses(WHOLE, { analysis: USUAL_STAGES.join(',') })),
    restarts === 0 || (await killEverything(restarts)),
  ];
  process.exitCode = held.every(Boolean) ? 0 : 1;
};

if (import.meta.main) await main();
