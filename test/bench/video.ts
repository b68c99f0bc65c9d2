// npm run bench -- --video [MODEL]: how long captioning a clip of 30 s takes, against its length, with the real ffmpeg and model; two threads for
// the model. It is made of five fixture photos with cuts, once as H.264 and once as VP8, at 1280x720. Needs ffmpeg.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import { ffmpegVideos } from '../../functions/adapters/video/ffmpeg.ts';
import type { Captioner } from '../../functions/core/caption.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import { videoCaptioner } from '../../functions/core/video/video-captioner.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../functions/core/video/video-limits.ts';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { clip, noFfmpeg } from '../support/video-files.ts';

const EACH_S = [5, 7, 6, 4, 8];
const LENGTH_S = 30;
const SIZE = '1280x720';
const ROUNDS = 5;
const TARGET_RATIO = 0.5;
const THREADS = 2;
const INFERENCE_TIMEOUT_MS = 60_000;
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const MS_PER_S = 1000;

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const measure = async (captioner: Captioner, bytes: Uint8Array): Promise<string> => {
  const [times, reading]: [number[], number[]] = [[], []];
  let shots = 0;
  for (let round = -1; round < ROUNDS; round += 1) {
    const began = performance.now();
    const [said] = await captioner.caption([{ bytes }], {});
    if (said === undefined || said instanceof Error) throw said ?? new Error('no answer');
    if (round < 0) continue;
    times.push((performance.now() - began) / MS_PER_S);
    reading.push(said.ms.decode / MS_PER_S);
    shots = said.facts?.shots?.length ?? 0;
  }
  const time = median(times);
  return `${shots} shots in ${time.toFixed(2)} s (${median(reading).toFixed(2)} s of it reading) = ${(time / LENGTH_S).toFixed(3)} x its length (target at most ${TARGET_RATIO})`;
};

/** Measures and prints. @throws TypeError where there is no ffmpeg */
export const benchVideo = async (args: readonly string[]): Promise<void> => {
  if (noFfmpeg !== undefined) throw new TypeError(noFfmpeg);
  const config = readConfig();
  const folder = packagePath(args.find((arg) => !arg.startsWith('--')) ?? config.model, config);
  const session = { provider: 'cpu' as const, threads: THREADS };
  const pool = await captionerPool({ folder, session, lanes: 1, limits: LIMITS, inferenceTimeoutMs: INFERENCE_TIMEOUT_MS });
  const captioner = videoCaptioner({ captioner: pool, reader: ffmpegVideos(DEFAULT_VIDEO_LIMITS), now: () => performance.now() });
  const files = mkdtempSync(join(tmpdir(), 'caption-bench-'));
  try {
    console.log(
      `video: ${captioner.model}, ${LENGTH_S} s at ${SIZE}, medians of ${ROUNDS}; ${cpus().length} CPUs, load before ${(loadavg()[0] ?? 0).toFixed(2)}`,
    );
    for (const name of ['H.264.mp4', 'VP8.webm']) {
      const bytes = readFileSync(clip(join(files, name), EACH_S, SIZE));
      console.log(`  ${name.padEnd(12)}${(bytes.length / 1e6).toFixed(1)} MB: ${await measure(captioner, bytes)}`);
    }
  } finally {
    rmSync(files, { recursive: true, force: true });
    await captioner.close();
  }
};
