// ffmpeg (a program of the machine or image, not a package): size and length of a video, small frames, and single frames as JPEG.
// It reads a temporary file, with one demuxer, no protocol but files, and a few well-known decoders.
// https://ffmpeg.org/ffmpeg.html, https://ffmpeg.org/ffmpeg-filters.html#fps-1
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictureError } from '../../core/errors.ts';
import { sniffVideo, type VideoFormat } from '../../core/picture/video-format.ts';
import { checkVideo, type VideoLimits } from '../../core/video/video-limits.ts';
import { type OpenVideo, SMALL_FPS, SMALL_HEIGHT, SMALL_WIDTH, type SmallFrame, type VideoReader } from '../../core/video/video-ports.ts';
import { type Budget, outputOf, type Run, VIDEO_FD, wholeOutput } from './ffmpeg-process.ts';
import { infoFrom, PROBED } from './ffprobe-answer.ts';

/** The one demuxer for each format: the file's content never chooses another (playlists and the like open other files). */
const DEMUXERS: Readonly<Record<VideoFormat, string>> = { mp4: 'mov', webm: 'matroska' };

/** Of some hundred decoders, these are opened; what phones, cameras, browsers and editors write. */
const PICTURE_DECODERS = 'h264,hevc,mpeg4,h263,mjpeg,vp8,vp9,libdav1d,av1';

/** Sound is never played, but its header is looked at. */
const SOUND_DECODERS = 'aac,mp3float,mp3,alac,ac3,eac3,amrnb,amrwb,opus,libopus,vorbis,flac,pcm_s16le,pcm_s16be,pcm_s24le,movtext,webvtt';

/** Largest single piece of memory, in bytes: a few 4K frames. */
const MAX_ALLOC_BYTES = 256 * 1024 * 1024;

/** ffprobe may look at frames that are so many times too large, to say how large they are. */
const PROBED_TIMES = 8;

/** Threads of a decoder; each keeps frames of its own. */
const THREADS = 2;

/** Longer side of a frame that is captioned, in px: the model looks at less. */
const FRAME_SIDE_PX = 1280;

const MS_PER_S = 1000;
const CHANNELS = 3;
const SMALL_BYTES = SMALL_WIDTH * SMALL_HEIGHT * CHANNELS;

/** So much longer than allowed is read that a longer video is noticed, in s. */
const BEYOND_S = 1;

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

/** The file, and how a process that has it as `VIDEO_FD` calls it. */
type Stored = { file: FileHandle; input: string; close(): Promise<void> };
type Film = Stored & { format: VideoFormat; path: string | undefined };

const openFilm = async ({ file, input: name, format, path, close }: Film, limits: VideoLimits): Promise<OpenVideo> => {
  const budget: Budget = { leftMs: limits.timeoutMs, allMs: limits.timeoutMs };
  const run = (program: Run['program'], ...args: string[]): Run => ({ program, args, file, budget, path });
  const safe = ['-v', 'quiet', '-max_alloc', String(MAX_ALLOC_BYTES), '-protocol_whitelist', 'file', '-f', DEMUXERS[format]];
  const bounded = (maxPixels: number): string[] => [...safe, '-max_pixels', String(maxPixels), '-threads', String(THREADS)];
  const input = ['-i', name];
  const known = ['-codec_whitelist', `${PICTURE_DECODERS},${SOUND_DECODERS}`];
  const probe = [...bounded(PROBED_TIMES * limits.maxPixels), ...known, ...PROBED, '-of', 'json', ...input];
  const info = infoFrom((await wholeOutput(run('ffprobe', ...probe))).toString('utf8'));
  checkVideo(info, limits);
  const decode = ['-nostdin', ...bounded(limits.maxPixels), '-codec_whitelist', PICTURE_DECODERS];
  const picture = ['-map', '0:V:0', '-an', '-sn', '-dn'];
  // frames are counted from the file's beginning, also where the picture begins later than the sound
  const everyFrame = (startMs: number): string => `fps=${SMALL_FPS}:start_time=${startMs / MS_PER_S}:eof_action=pass`;
  return {
    info,
    close,
    smallFrames() {
      const small = ['-vf', `${everyFrame(0)},scale=${SMALL_WIDTH}:${SMALL_HEIGHT}:flags=area`, '-pix_fmt', 'rgb24', '-f', 'rawvideo'];
      const most = ['-t', String(limits.maxMs / MS_PER_S + BEYOND_S)];
      return framesOf(outputOf(run('ffmpeg', ...decode, ...input, ...picture, ...most, ...small, 'pipe:1')));
    },
    async frameAt(ms) {
      // from the frame before that stands alone, then the filter finds the one that is shown: seeking itself would give the next one
      const seek = ['-ss', String(ms / MS_PER_S), '-noaccurate_seek', ...input, '-copyts', '-start_at_zero'];
      const fit = `scale=w='min(${FRAME_SIDE_PX},iw)':h='min(${FRAME_SIDE_PX},ih)':force_original_aspect_ratio=decrease`;
      const jpeg = ['-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p', '-f', 'image2pipe'];
      const args = [...decode, ...seek, ...picture, '-vf', `${everyFrame(ms)},setpts=0,${fit}`, ...jpeg, 'pipe:1'];
      const bytes = await wholeOutput(run('ffmpeg', ...args));
      if (bytes.length === 0) throw new PictureError('CORRUPT', 'the video has no frame where its header says it has');
      return bytes;
    },
  };
};

/** Linux opens a descriptor's file anew, also when its name is gone; others go on reading where the last process has stopped. */
const CAN_BE_NAMELESS = process.platform === 'linux';

/** Writes the bytes where programs can read them. On Linux nothing is left behind, however this process ends. */
const storedFile = async (bytes: Uint8Array): Promise<Stored> => {
  const folder = await mkdtemp(join(tmpdir(), 'video-'));
  const path = join(folder, 'video');
  const remove = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  let file: FileHandle | undefined;
  const close = async (): Promise<void> => {
    await file?.close();
    await remove();
  };
  try {
    file = await open(path, 'wx+', 0o600);
    await file.writeFile(bytes);
    if (CAN_BE_NAMELESS) await remove();
    return { file, input: CAN_BE_NAMELESS ? `/dev/fd/${VIDEO_FD}` : path, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
};

/** Reads videos with the machine's ffmpeg and ffprobe, which are looked for in `path` (as PATH) instead of the usual places. */
export const ffmpegVideos = (limits: VideoLimits, path?: string): VideoReader => ({
  limits,
  async open(bytes) {
    const format = sniffVideo(bytes);
    if (format === undefined) throw new PictureError('UNSUPPORTED_FORMAT', 'not a video of a known format (mp4, webm)');
    const stored = await storedFile(bytes);
    try {
      return await openFilm({ ...stored, format, path }, limits);
    } catch (thrown) {
      await stored.close();
      throw thrown;
    }
  },
});
