// The adapter with scripts in the place of ffmpeg: what it makes of programs that are missing, crash, hang, or say too much. test/slow/video.test.ts has the real ones.
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ffmpegVideos } from '../../../../functions/adapters/video/ffmpeg.ts';
import { infoFrom } from '../../../../functions/adapters/video/ffprobe-answer.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoLimits } from '../../../../functions/core/video/video-limits.ts';
import type { VideoReader } from '../../../../functions/core/video/video-ports.ts';
import { filmBytes } from '../../../support/fake-video.ts';
import { temporaryFolder } from '../../../support/tiny-package.ts';

const PROBE = 'echo \'{"streams":[{"codec_type":"video","width":64,"height":36,"duration":"2.0"}],"format":{"duration":"2.1"}}\'';

/** A reader whose programs are these shell scripts. */
const scripted = async (scripts: { ffprobe?: string; ffmpeg?: string }, limits: Partial<VideoLimits> = {}): Promise<VideoReader> => {
  const folder = await temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o700);
  }
  return ffmpegVideos({ ...DEFAULT_VIDEO_LIMITS, ...limits }, folder);
};

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (thrown: unknown) => thrown,
  );

/** Files that readers have left behind. */
const leftBehind = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('video-'));

describe('a video', () => {
  it('where there is no ffmpeg is answered with what to install', async () => {
    const reader = await scripted({});
    expect(await failureOf(reader.open(filmBytes()))).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(/no ffmpeg here.*apt-get install ffmpeg/),
    });
  });

  it('that is none is not given to it', async () => {
    const reader = await scripted({});
    expect(await failureOf(reader.open(new Uint8Array(20)))).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining('mp4, webm'),
    });
  });

  it.each([
    ['CORRUPT', 'exit 1'],
    ['CORRUPT', 'echo nonsense'],
    ['CORRUPT', 'echo \'{"streams":[{"codec_type":"video","width":0,"height":36}],"format":{}}\''],
    ['DECODER_CRASHED', 'kill -SEGV $$'],
    ['CORRUPT', 'echo \'{"streams":[],"format":{"duration":"3"}}\''],
    ['UNSUPPORTED_FORMAT', 'echo \'{"streams":[{"codec_type":"audio","duration":"3"}],"format":{}}\''],
    ['TOO_MANY_PIXELS', 'echo \'{"streams":[{"codec_type":"video","width":9000,"height":3600,"duration":"2"}],"format":{}}\''],
    ['TOO_MANY_FRAMES', 'echo \'{"streams":[{"codec_type":"video","width":90,"height":36}],"format":{"duration":"121"}}\''],
    ['CORRUPT', 'exec /usr/bin/head -c 40000000 /dev/zero'],
  ])('fails with %s when ffprobe does: %s', async (code, ffprobe) => {
    const reader = await scripted({ ffprobe });
    expect(await failureOf(reader.open(filmBytes()))).toMatchObject({ code });
  });

  it('is given up when its time is used up, and the process with it', async () => {
    const reader = await scripted({ ffprobe: 'exec /bin/sleep 600' }, { timeoutMs: 200 }); // longer than the time limit of tests
    expect(await failureOf(reader.open(filmBytes()))).toMatchObject({ code: 'DECODE_TIMEOUT', message: expect.stringContaining('200 ms') });
  });

  it('has that time for all that is done with it together', async () => {
    const reader = await scripted({ ffprobe: PROBE, ffmpeg: '/bin/sleep 0.5; echo frame' }, { timeoutMs: 3000 });
    const video = await reader.open(filmBytes());
    const ends: unknown[] = [];
    for (let i = 0; i < 8; i += 1) ends.push(await failureOf(video.frameAt(0)));
    await video.close();
    expect(ends.at(-1)).toMatchObject({ code: 'DECODE_TIMEOUT' });
  });

  it('gives its frames in order, however the bytes come, and drops half a frame', async () => {
    const bytes = 64 * 36 * 3;
    const ffmpeg = `/usr/bin/head -c ${bytes + 5} /dev/zero; /bin/sleep 0.1; /usr/bin/head -c ${bytes + 5} /dev/zero`;
    const video = await (await scripted({ ffprobe: PROBE, ffmpeg })).open(filmBytes());
    const times: number[] = [];
    for await (const { atMs, pixels } of video.smallFrames()) times.push(pixels.length === bytes ? atMs : Number.NaN);
    await video.close();
    expect(times).toEqual([0, 200]);
    expect(video.info).toEqual({ width: 64, height: 36, durationMs: 2000 });
  });

  it('without a frame at a time is broken there', async () => {
    const video = await (await scripted({ ffprobe: PROBE, ffmpeg: 'exit 0' })).open(filmBytes());
    expect(await failureOf(video.frameAt(500))).toMatchObject({ code: 'CORRUPT' });
    await video.close();
  });

  it('is read in bounded memory', async () => {
    const video = await (await scripted({ ffprobe: PROBE, ffmpeg: 'ulimit -d' })).open(filmBytes());
    const limitKib = Number(new TextDecoder().decode(await video.frameAt(0)));
    await video.close();
    expect(limitKib).toBeGreaterThan(0);
    expect(limitKib).toBeLessThanOrEqual(1024 * 1024);
  });

  it('reads the bytes, and sees neither environment nor standard input; a file is never left behind', async () => {
    vi.stubEnv('TMPDIR', await temporaryFolder()); // other programs read videos on this machine, too
    onTestFinished(() => void vi.unstubAllEnvs());
    const video = await (await scripted({ ffprobe: PROBE, ffmpeg: '/bin/cat /dev/fd/3 || exit 1; /usr/bin/env; /bin/cat' })).open(
      filmBytes('moov'),
    );
    expect(await leftBehind()).toEqual([]);
    const said = new TextDecoder().decode(await video.frameAt(0));
    await video.close();
    expect(said).toContain('ftypisom');
    expect(said).not.toMatch(/HOME|NODE|AWS/);
  });
});

const SOUND = { codec_type: 'audio', duration: '9' };
const COVER = { codec_type: 'video', width: 300, height: 300, disposition: { attached_pic: 1 } };

describe('what ffprobe says', () => {
  const info = (stream: object, format: object = {}) =>
    infoFrom(JSON.stringify({ streams: [COVER, SOUND, { codec_type: 'video', width: 1920, height: 1080, ...stream }], format }));

  it.each([-90, 90, 270])('is the upright size of a video that is turned by %d degrees', (rotation) => {
    expect(info({ side_data_list: [{}, { rotation }], duration: '1' })).toEqual({ width: 1080, height: 1920, durationMs: 1000 });
  });

  it.each([0, 180, -180])('keeps the size of one that is turned by %d degrees', (rotation) => {
    expect(info({ side_data_list: [{ rotation }] })).toMatchObject({ width: 1920, height: 1080 });
  });

  it("is no length where the header has none, and the file's where the track has none", () => {
    expect(info({}).durationMs).toBe(0);
    expect(info({ duration: 'N/A' }, { duration: 'N/A' }).durationMs).toBe(0);
    expect(info({ duration: '0.000' }, { duration: '4.5' }).durationMs).toBe(4500);
    expect(info({ duration: '-3' }, { duration: '2' }).durationMs).toBe(2000);
  });
});
