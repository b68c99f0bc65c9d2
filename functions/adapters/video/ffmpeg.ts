// ffmpeg (a program of the machine or image, not a package): size and length of a video, small frames, and single frames as JPEG.
// Each run is a process of its own without network, environment or input from us but a temporary file; it is killed when it takes too long.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { PictureError } from '../../core/errors.ts';
import { sniffVideo, type VideoFormat } from '../../core/picture/video-format.ts';
import { checkVideo, type VideoInfo, type VideoLimits } from '../../core/video/video-limits.ts';
import { type OpenVideo, SMALL_FPS, SMALL_HEIGHT, SMALL_WIDTH, type SmallFrame, type VideoReader } from '../../core/video/video-ports.ts';

/** Where the programs are found; only these, whatever PATH says. */
const PATH = '/usr/local/bin:/usr/bin:/bin';

/** The one demuxer for each format: the file's content never chooses another (playlists and the like open other files). */
const DEMUXERS: Readonly<Record<VideoFormat, string>> = { mp4: 'mov', webm: 'matroska' };

/** Largest answer but small frames, in bytes: a JPEG of a 4K frame. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const MS_PER_S = 1000;
const CHANNELS = 3;
const SMALL_BYTES = SMALL_WIDTH * SMALL_HEIGHT * CHANNELS;

const NO_FFMPEG =
  'it is a video, and there is no ffmpeg here to read it: install it (Debian: apt-get install ffmpeg); the image of the container has it';

type Program = 'ffmpeg' | 'ffprobe';

/** What a run is: its program, arguments and bounds. */
type Run = { program: Program; args: readonly string[]; timeoutMs: number };

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

const endOf = (code: number | null, timedOut: boolean, timeoutMs: number): PictureError | undefined => {
  if (timedOut) return new PictureError('DECODE_TIMEOUT', `reading the video took longer than ${timeoutMs} ms`);
  if (code === null) return new PictureError('DECODER_CRASHED', 'ffmpeg crashed on this video');
  return code === 0 ? undefined : new PictureError('CORRUPT', 'the video cannot be decoded');
};

/** What the program writes, as it comes. @throws PictureError DECODE_TIMEOUT, DECODER_CRASHED, CORRUPT, UNSUPPORTED_FORMAT without the program */
async function* outputOf({ program, args, timeoutMs }: Run): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH } });
  let timedOut = false;
  const watchdog = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(isMissing(cause) ? new PictureError('UNSUPPORTED_FORMAT', NO_FFMPEG, cause) : cause));
    child.once('close', resolve);
  });
  ended.catch(() => {});
  try {
    for await (const chunk of child.stdout as AsyncIterable<Uint8Array>) yield chunk;
    const failure = endOf(await ended, timedOut, timeoutMs);
    if (failure !== undefined) throw failure;
  } finally {
    clearTimeout(watchdog);
    child.kill('SIGKILL');
  }
}

const wholeOutput = async (run: Run): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of outputOf(run)) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new PictureError('CORRUPT', 'the video gives more than a frame of its size can be');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** A number as ffprobe writes it. */
const seconds = z.coerce.number().nonnegative();
const probed = z.object({
  streams: z
    .array(
      z.object({
        width: z.int().positive(),
        height: z.int().positive(),
        duration: seconds.optional(),
        side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
      }),
    )
    .min(1),
  format: z.object({ duration: seconds.optional() }),
});

const QUARTER_TURN = 90;

const infoFrom = (json: string): VideoInfo => {
  let parsed: z.output<typeof probed>;
  try {
    parsed = probed.parse(JSON.parse(json));
  } catch (cause) {
    throw new PictureError('CORRUPT', 'its header names no picture track', cause);
  }
  const [stream] = parsed.streams;
  const { width = 0, height = 0 } = stream ?? {};
  const durationMs = Math.round((stream?.duration ?? parsed.format.duration ?? 0) * MS_PER_S);
  const turn = stream?.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const isOnItsSide = Math.abs(turn) % (2 * QUARTER_TURN) === QUARTER_TURN;
  return isOnItsSide ? { width: height, height: width, durationMs } : { width, height, durationMs };
};

/** Cuts a stream of bytes into frames. */
async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SmallFrame> {
  let frame = new Uint8Array(SMALL_BYTES);
  let filled = 0;
  let count = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + SMALL_BYTES - filled);
      frame.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < SMALL_BYTES) continue;
      yield { atMs: Math.round((count * MS_PER_S) / SMALL_FPS), pixels: frame };
      frame = new Uint8Array(SMALL_BYTES);
      filled = 0;
      count += 1;
    }
  }
}

const openFile = async (path: string, format: VideoFormat, limits: VideoLimits, close: () => Promise<void>): Promise<OpenVideo> => {
  const { timeoutMs, maxMs, maxPixels } = limits;
  const input = ['-protocol_whitelist', 'file', '-f', DEMUXERS[format]];
  const quiet = ['-v', 'error', '-nostdin', '-max_pixels', String(maxPixels)];
  const shown = ['-show_entries', 'stream=width,height,duration:stream_side_data=rotation:format=duration', '-of', 'json'];
  const probe = ['-v', 'error', ...input, '-select_streams', 'V:0', ...shown, path];
  const info = infoFrom((await wholeOutput({ program: 'ffprobe', args: probe, timeoutMs })).toString('utf8'));
  checkVideo(info, limits);
  const picture = ['-map', '0:V:0', '-an', '-sn', '-dn'];
  const most = ['-t', String(maxMs / MS_PER_S)];
  return {
    info,
    close,
    smallFrames() {
      const small = ['-vf', `fps=${SMALL_FPS},scale=${SMALL_WIDTH}:${SMALL_HEIGHT}:flags=area`, '-pix_fmt', 'rgb24'];
      const args = [...quiet, ...input, '-i', path, ...picture, ...most, ...small, '-f', 'rawvideo', 'pipe:1'];
      return framesOf(outputOf({ program: 'ffmpeg', args, timeoutMs }));
    },
    async frameAt(ms) {
      const jpeg = ['-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p', '-f', 'image2pipe', 'pipe:1'];
      const args = [...quiet, ...input, '-ss', String(ms / MS_PER_S), '-i', path, ...picture, ...jpeg];
      const bytes = await wholeOutput({ program: 'ffmpeg', args, timeoutMs });
      if (bytes.length === 0) throw new PictureError('CORRUPT', 'the video has no frame where its header says it has');
      return bytes;
    },
  };
};

/** Reads videos with the machine's ffmpeg and ffprobe. */
export const ffmpegVideos = (limits: VideoLimits): VideoReader => ({
  limits,
  async open(bytes) {
    const format = sniffVideo(bytes);
    if (format === undefined) throw new PictureError('UNSUPPORTED_FORMAT', 'not a video of a known format (mp4, webm)');
    const folder = await mkdtemp(join(tmpdir(), 'video-'));
    const close = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, `video.${format}`);
      await writeFile(path, bytes, { mode: 0o600 });
      return await openFile(path, format, limits, close);
    } catch (thrown) {
      await close();
      throw thrown;
    }
  },
});
