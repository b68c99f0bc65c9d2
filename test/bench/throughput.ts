// Photos a second with one lane and with two, one thread each, and the longest turn of the main thread's event loop meanwhile.
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import type { EncodedPicture } from '../../functions/core/caption.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import { samplePhotos } from './photos.ts';

const PHOTOS = 96;
const BATCH = 8;
const ROUNDS = 3;
const TARGET_RATIO = 1.7;
const TARGET_TURN_MS = 20;
const INFERENCE_TIMEOUT_MS = 120_000;
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const MICROSECONDS_PER_MS = 1000;
const MS_PER_SECOND = 1000;

/** Watches the main thread; what it returns stops that and tells the most CPU time between two turns of a 1 ms timer, in ms. */
const watchTurns = (): (() => number) => {
  let last = process.threadCpuUsage();
  let longest = 0;
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / MICROSECONDS_PER_MS);
    last = process.threadCpuUsage();
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
};

type Measured = { perSecond: number; longestTurnMs: number };

const measure = async (folder: string, lanes: number, photos: readonly EncodedPicture[]): Promise<Measured> => {
  const session = { provider: 'cpu' as const, threads: 1 };
  const captioner = await captionerPool({ folder, session, lanes, limits: LIMITS, inferenceTimeoutMs: INFERENCE_TIMEOUT_MS });
  await Promise.all(Array.from({ length: lanes }, () => captioner.caption(photos.slice(0, BATCH), {})));
  const stopWatching = watchTurns();
  const began = performance.now();
  const batches = Array.from({ length: photos.length / BATCH }, (_, i) => photos.slice(i * BATCH, (i + 1) * BATCH));
  await Promise.all(batches.map((batch) => captioner.caption(batch, {})));
  const perSecond = (photos.length * MS_PER_SECOND) / (performance.now() - began);
  const longestTurnMs = stopWatching();
  await captioner.close();
  return { perSecond, longestTurnMs };
};

/** Measures and prints. @param folder the model package */
export const benchThroughput = async (folder: string): Promise<void> => {
  const samples = await samplePhotos();
  const photos = Array.from({ length: PHOTOS }, (_, i) => samples[i % samples.length]).filter((photo) => photo !== undefined);
  const one: Measured[] = [];
  const two: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    one.push(await measure(folder, 1, photos));
    two.push(await measure(folder, 2, photos));
  }
  const best = (rounds: readonly Measured[]): number => Math.max(...rounds.map(({ perSecond }) => perSecond));
  const longest = Math.max(...[...one, ...two].map(({ longestTurnMs }) => longestTurnMs));
  const ratio = best(two) / best(one);
  console.log(`throughput: ${PHOTOS} photos in batches of ${BATCH}, 1 thread a lane, best of ${ROUNDS} rounds`);
  console.log(`  1 lane ${best(one).toFixed(1)} photos/s, 2 lanes ${best(two).toFixed(1)} photos/s`);
  console.log(`  = ${ratio.toFixed(2)} x (target at least ${TARGET_RATIO})`);
  console.log(`  longest turn of the main thread: ${longest.toFixed(1)} ms of CPU time (target at most ${TARGET_TURN_MS})`);
};
