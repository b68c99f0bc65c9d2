// Videos with the real ffmpeg: clips of photos, and files that are strange, broken or hostile. Without ffmpeg the tests are skipped with a line.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ffmpegVideos } from '../../functions/adapters/video/ffmpeg.ts';
import { type ShotPlan, shotsOf } from '../../functions/core/video/shots.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoInfo } from '../../functions/core/video/video-limits.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { finalImage, startForTest, TINY_PACKAGE } from '../support/local-service.ts';
import { parseVtt } from '../support/parse-vtt.ts';
import { clip, cut, fading, ffmpeg, noFfmpeg, noisy, playlist, SHOWN } from '../support/video-files.ts';

if (noFfmpeg !== undefined) console.warn(`test/slow/video.test.ts: ${noFfmpeg}`);

const EACH_S = [5, 7, 6, 4, 8] as const;
const CUTS_MS = [0, 5000, 12_000, 18_000, 22_000];
const END_MS = 30_000;
const TOLERANCE_MS = 300;
const SIDE = 16;

const folder = mkdtempSync(join(tmpdir(), 'caption-videos-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Read = { info: VideoInfo; shots: ShotPlan[]; frames: Uint8Array[] };

const read = async (path: string): Promise<Read> => {
  const video = await ffmpegVideos(DEFAULT_VIDEO_LIMITS).open(readFileSync(path));
  try {
    const shots = await shotsOf(video.smallFrames(), video.info.durationMs);
    const frames: Uint8Array[] = [];
    for (const { keyMs } of shots) frames.push(await video.frameAt(keyMs));
    return { info: video.info, shots, frames };
  } finally {
    await video.close();
  }
};

const thumbnail = async (picture: string | Uint8Array): Promise<Uint8Array> =>
  sharp(picture).resize(SIDE, SIDE, { fit: 'fill' }).removeAlpha().toColourspace('srgb').raw().toBuffer();

/** The place in `SHOWN` of the photo that a frame is most like. */
const shownIn = async (frame: Uint8Array, size: { width: number; height: number }): Promise<number> => {
  const seen = await thumbnail(frame);
  const distances = await Promise.all(
    SHOWN.map(async (path) => {
      const photo = await thumbnail(
        await sharp(path)
          .resize({ ...size, fit: 'cover' })
          .toColourspace('srgb')
          .png()
          .toBuffer(),
      );
      return photo.reduce((sum, value, i) => sum + Math.abs(value - (seen[i] ?? 0)), 0);
    }),
  );
  return distances.indexOf(Math.min(...distances));
};

const photosOf = ({ frames, info }: Read): Promise<number[]> => Promise.all(frames.map((frame) => shownIn(frame, info)));
const startsNear = ({ shots }: Read, times: readonly number[]): void => {
  expect(shots).toHaveLength(times.length);
  for (const [i, { startMs }] of shots.entries()) expect(Math.abs(startMs - (times[i] ?? 0))).toBeLessThanOrEqual(TOLERANCE_MS);
};

describe.skipIf(noFfmpeg)('a clip of five photos', () => {
  it.each(['clip.mp4', 'clip.webm'])('as %s has its five shots, each with a frame of its photo', async (name) => {
    const film = await read(clip(at(name), EACH_S, '320x180'));
    expect(film.info).toMatchObject({ width: 320, height: 180 });
    startsNear(film, CUTS_MS);
    expect(Math.abs((film.shots.at(-1)?.endMs ?? 0) - END_MS)).toBeLessThanOrEqual(TOLERANCE_MS);
    expect(await photosOf(film)).toEqual([0, 1, 2, 3, 4]);
  });

  it('that fade into each other has its shots in the middle of the fades', async () => {
    const film = await read(fading(at('fading.mp4'), '320x180'));
    startsNear(film, [0, 4500, 8500]);
    expect(await photosOf(film)).toEqual([0, 1, 2]);
  });

  it('as a show of one frame every six seconds has the photo of each time', async () => {
    const inputs = ['-framerate', '1/6', '-pattern_type', 'glob', '-i', join(SHOWN[0] ?? '', '..', '*.jpg')];
    const film = await read(ffmpeg(at('show.mp4'), ...inputs, '-t', '30', '-vf', 'scale=320:180,format=yuv420p', '-c:v', 'libx264'));
    startsNear(film, [0, 6000, 12_000, 18_000, 24_000]);
    const whole = await Promise.all(film.frames.map(thumbnail));
    for (const [i, path] of SHOWN.entries()) {
      const photo = await thumbnail(path);
      const distances = whole.map((seen) => seen.reduce((sum, value, k) => sum + Math.abs(value - (photo[k] ?? 0)), 0));
      expect(distances.indexOf(Math.min(...distances))).toBe(i);
    }
  });
});

describe.skipIf(noFfmpeg)('a video', () => {
  let short: string;
  let webm: string;
  beforeAll(() => {
    short = clip(at('short.mp4'), [2, 2], '320x180');
    webm = clip(at('short.webm'), [2, 2], '320x180');
  });

  it('of a phone that was held upright is upright', async () => {
    const turned = ffmpeg(at('turned.mp4'), '-i', short, '-c', 'copy', '-metadata:s:v:0', 'rotate=90');
    const { info, frames } = await read(turned);
    expect(info).toMatchObject({ width: 180, height: 320 });
    expect(await sharp(frames[0]).metadata()).toMatchObject({ width: 180, height: 320 });
  });

  it('whose header names no length, as browsers record, has its shots', async () => {
    const recorded = await read(ffmpeg(at('recorded.webm'), '-i', webm, '-c', 'copy', '-live', '1'));
    expect(recorded.info.durationMs).toBe(0);
    startsNear(recorded, [0, 2000]);
    startsNear(await read(ffmpeg(at('parts.mp4'), '-i', short, '-c', 'copy', '-movflags', 'frag_keyframe+empty_moov')), [0, 2000]);
  });

  it('that begins after its sound has the times of the whole', async () => {
    const late = ['-itsoffset', '2', '-i', webm, '-i', short, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'libopus'];
    startsNear(await read(ffmpeg(at('late.webm'), ...late)), [0, 4000]);
  });

  it('of one frame has one shot', async () => {
    const one = await read(ffmpeg(at('one.mp4'), '-i', short, '-frames:v', '1', '-an'));
    expect(one.shots).toHaveLength(1);
    expect(await photosOf(one)).toEqual([0]);
  });

  it('of large frames gives frames of bounded size', async () => {
    const large = await read(
      ffmpeg(at('large.mp4'), '-i', short, '-t', '1', '-vf', 'scale=1920:1080', '-c:v', 'libx264', '-preset', 'ultrafast'),
    );
    expect(large.info).toMatchObject({ width: 1920, height: 1080 });
    expect(await sharp(large.frames[0]).metadata()).toMatchObject({ width: 1280, height: 720 });
  });

  it.each([
    ['sound alone', 'UNSUPPORTED_FORMAT', () => ffmpeg(at('sound.mp4'), '-i', short, '-vn', '-c', 'copy')],
    ['a codec of no phone or browser', 'CORRUPT', () => ffmpeg(at('odd.mp4'), '-i', short, '-an', '-c:v', 'mpeg1video')],
    ['no header', 'CORRUPT', () => cut(at('cut.mp4'), short, 40)],
    ['noise', 'CORRUPT', () => noisy(at('noise.mp4'), short)],
    ['a playlist', 'CORRUPT', () => playlist(at('list.mp4'))],
    ['more than the longest', 'TOO_MANY_FRAMES', () => ffmpeg(at('long.mp4'), '-i', short, '-vf', 'setpts=40*PTS', '-r', '2', '-an')],
    [
      'frames beyond the largest',
      'TOO_MANY_PIXELS',
      () => ffmpeg(at('wide.mp4'), '-i', short, '-t', '0.1', '-vf', 'scale=4096:2304', '-an'),
    ],
  ])('of %s fails with %s', async (_, code, make) => {
    await expect(read(make())).rejects.toMatchObject({ code });
  });

  it('without a length in its header fails when it plays too long', async () => {
    const long = ['-i', webm, '-vf', 'setpts=40*PTS', '-r', '2', '-an', '-c:v', 'libvpx', '-deadline', 'realtime', '-live', '1'];
    const bytes = readFileSync(ffmpeg(at('long.webm'), ...long));
    const { videoCaptioner } = await import('../../functions/core/video/video-captioner.ts');
    const { sayingCaptioner } = await import('../support/fake-video.ts');
    const reader = ffmpegVideos(DEFAULT_VIDEO_LIMITS);
    const [outcome] = await videoCaptioner({ captioner: sayingCaptioner({}), reader, now: Date.now }).caption([{ bytes }], {});
    expect(outcome).toMatchObject({ code: 'TOO_MANY_FRAMES' });
  });

  it('that takes too long is given up', async () => {
    const film = await ffmpegVideos({ ...DEFAULT_VIDEO_LIMITS, timeoutMs: 20 })
      .open(readFileSync(short))
      .catch((thrown: unknown) => thrown);
    expect(film).toMatchObject({ code: 'DECODE_TIMEOUT' });
  });
});

describe.skipIf(noFfmpeg)('the whole way of a video', () => {
  let service: LocalService;
  let s3: S3Client;
  const dataFolder = at('data');
  beforeAll(async () => {
    ({ service, s3 } = await startForTest({
      dataFolder,
      context: { gpu: 'on-demand', workerModel: TINY_PACKAGE, refine: 'none', analysis: 'off' },
    }));
  }, 120_000);
  afterAll(async () => {
    s3?.destroy();
    await service?.stop();
  });

  it('ends with a caption, its shots, and a track of descriptions', async () => {
    const Body = readFileSync(clip(at('way.mp4'), [2, 3], '320x180'));
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: 'films/way.mp4', Body }));
    const image = await finalImage(service, 'films/way.mp4', ETag);
    expect(image).toMatchObject({ state: 'READY', machine: { route: 'gpu' }, picture: { format: 'mp4', width: 320, height: 180 } });
    expect(image).toMatchObject({ facts: { shots: [{ startMs: 0 }, { endMs: 5000 }] } });
    const answer = await fetch(`${service.apiUrl}/v1/images/${image.id}/descriptions.vtt`);
    expect(answer.headers.get('content-type')).toContain('text/vtt');
    expect(parseVtt(await answer.text()).length).toBeLessThanOrEqual(2);
  });

  it('that is broken ends with the reason', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket: service.bucket, Key: 'films/cut.mp4', Body: readFileSync(cut(at('w.mp4'), at('way.mp4'), 40)) }),
    );
    expect(await finalImage(service, 'films/cut.mp4')).toMatchObject({ state: 'FAILED', reason: 'CORRUPT' });
  });
});
