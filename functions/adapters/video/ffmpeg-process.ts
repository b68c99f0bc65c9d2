// Runs ffmpeg and ffprobe: a process of its own for each run, without environment or standard input, in bounded memory, killed when the video's
// time is used up.
import { spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { PictureError } from '../../core/errors.ts';

/** Where the programs are found; only these, whatever PATH says. */
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/** Largest answer that is taken as a whole, in bytes: many times a JPEG of `FRAME_SIDE_PX`. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Most memory of a process, in KiB: twice what 4K frames of ten bits take. A header of some kB may ask for many GB of index. */
const MAX_DATA_KIB = 1024 * 1024;

/** Bounds the memory, then becomes the program: what follows is handed on as it is, and is no part of the script. */
const BOUNDED = ['/bin/sh', '-c', `ulimit -d ${MAX_DATA_KIB} && exec "$0" "$@"`] as const;

/** What the shell ends with when there is no such program. */
const NOT_FOUND = 127;

const NO_FFMPEG =
  'it is a video, and there is no ffmpeg here to read it: install it (Debian: apt-get install ffmpeg); the image of the container has it';

/** Ms that all runs about one video may still take together. */
export type Budget = { leftMs: number; readonly allMs: number };

/** A program, its arguments, the file that it reads as descriptor `VIDEO_FD`, and the time it has. `path`: where programs are looked for. */
export type Run = { program: 'ffmpeg' | 'ffprobe'; args: readonly string[]; file: FileHandle; budget: Budget; path?: string | undefined };

/** The descriptor of the file in the process. */
export const VIDEO_FD = 3;

const tooSlow = ({ allMs }: Budget): PictureError => new PictureError('DECODE_TIMEOUT', `reading the video took longer than ${allMs} ms`);

type Ended = { code: number | null; timedOut: boolean };

const failureOf = ({ code, timedOut }: Ended, budget: Budget): PictureError | undefined => {
  if (timedOut) return tooSlow(budget);
  if (code === NOT_FOUND) return new PictureError('UNSUPPORTED_FORMAT', NO_FFMPEG);
  if (code === null) return new PictureError('DECODER_CRASHED', 'ffmpeg crashed on this video');
  return code === 0
    ? undefined
    : new PictureError('CORRUPT', 'the video cannot be decoded: it is broken, or its codec is none of those known');
};

/** What the program writes, as it comes. @throws PictureError DECODE_TIMEOUT, DECODER_CRASHED, CORRUPT, UNSUPPORTED_FORMAT without the program */
export async function* outputOf({ program, args, file, budget, path = PATH }: Run): AsyncGenerator<Uint8Array> {
  if (budget.leftMs <= 0) throw tooSlow(budget);
  const began = performance.now();
  const [shell, ...script] = BOUNDED;
  const child = spawn(shell, [...script, program, ...args], { stdio: ['ignore', 'pipe', 'ignore', file.fd], env: { PATH: path } });
  let timedOut = false;
  const watchdog = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, budget.leftMs);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, timedOut }));
  });
  ended.catch(() => {}); // awaited below, unless whoever reads wants no more
  try {
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) yield chunk;
    const failure = failureOf(await ended, budget);
    if (failure !== undefined) throw failure;
  } finally {
    clearTimeout(watchdog);
    child.kill('SIGKILL');
    budget.leftMs -= performance.now() - began;
  }
}

/** All that the program writes. @throws PictureError what `outputOf` throws */
export const wholeOutput = async (run: Run): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of outputOf(run)) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new PictureError('CORRUPT', 'the video gives more than a frame of its size can be');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
