// Photos a second with one lane and with two, one thread each, and how long the main thread's loop was ever held up.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { captionerPool } from '../../functions/adapters/captioner-pool.ts';
import type { EncodedPicture } from '../../functions/core/caption.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture-limits.ts';
import { samplePhotos } from './photos.ts';

const PHOTOS = 96;
const BATCH = 8;
const ROUNDS = 3;
const TARGET_RATIO = 1.7;
const INFERENCE_TIMEOUT_MS = 120_000;
const NANOSECONDS_PER_MS = 1e6;

const photosPerSecond = async (folder: string, lanes: number, photos: readonly EncodedPicture[]): Promise<number> => {
  const session = { provider: 'cpu' as const, threads: 1 };
  const captioner = await captionerPool({ folder, session, lanes, limits: DEFAULT_LIMITS, inferenceTimeoutMs: INFERENCE_TIMEOUT_MS });
  await Promise.all(Array.from({ length: lanes }, () => captioner.caption(photos.slice(0, BATCH), {})));
  const began = performance.now();
  const batches = Array.from({ length: photos.length / BATCH }, (_, i) => photos.slice(i * BATCH, (i + 1) * BATCH));
  await Promise.all(batches.map((batch) => captioner.caption(batch, {})));
  const seconds = (performance.now() - began) / 1000;
  await captioner.close();
  return photos.length / seconds;
};

/** Measures and prints. @param folder the model package */
export const benchThroughput = async (folder: string): Promise<void> => {
  const samples = await samplePhotos();
  const photos = Array.from({ length: PHOTOS }, (_, i) => samples[i % samples.length]).filter((photo) => photo !== undefined);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const one: number[] = [];
  const two: number[] = [];
  delay.enable();
  for (let round = 0; round < ROUNDS; round += 1) {
    one.push(await photosPerSecond(folder, 1, photos));
    two.push(await photosPerSecond(folder, 2, photos));
  }
  delay.disable();
  const [single, double] = [Math.max(...one), Math.max(...two)];
  console.log(`throughput: ${PHOTOS} photos in batches of ${BATCH}, 1 thread a lane, best of ${ROUNDS} rounds`);
  console.log(
    `  1 lane ${single.toFixed(1)} photos/s, 2 lanes ${double.toFixed(1)} photos/s = ${(double / single).toFixed(2)} x (target at least ${TARGET_RATIO})`,
  );
  console.log(
    `  main thread held up at most ${(delay.max / NANOSECONDS_PER_MS).toFixed(1)} ms, 99 % within ${(delay.percentile(99) / NANOSECONDS_PER_MS).toFixed(1)} ms`,
  );
};
