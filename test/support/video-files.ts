// Videos made of the fixture photos with the machine's ffmpeg.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PHOTOS } from './tiny-package.ts';

/** Why tests of videos do not run here; undefined where they do. */
export const noFfmpeg: string | undefined = ['ffmpeg', 'ffprobe'].some((name) => spawnSync(name, ['-version']).status !== 0)
  ? 'skipped: there is no ffmpeg here to make and read videos (Debian: apt-get install ffmpeg)'
  : undefined;

/** The photos that videos show, one after the other. */
export const SHOWN = readdirSync(PHOTOS)
  .filter((name) => name.endsWith('.jpg'))
  .toSorted()
  .slice(0, 5)
  .map((name) => join(PHOTOS, name));

/** How the video is encoded. */
export const CODECS = {
  mp4: ['-c:v', 'libx264', '-preset', 'ultrafast', '-movflags', '+faststart'],
  webm: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '16', '-b:v', '1M'],
} as const;

/** Runs ffmpeg; it writes `file`. */
export const ffmpeg = (file: string, ...args: string[]): string => {
  execFileSync('ffmpeg', ['-y', '-v', 'error', '-nostdin', ...args, file]);
  return file;
};

const FPS = 25;
const filled = (size: string): string => {
  const [width, height] = size.split('x');
  return `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height},setsar=1,fps=${FPS},format=yuv420p`;
};

/** A clip of the photos, each for so many seconds, hard cuts between them, with a tone; `size` as 640x360. */
export const clip = (file: string, secondsEach: readonly number[], size: string): string => {
  const inputs = secondsEach.flatMap((seconds, i) => ['-loop', '1', '-t', String(seconds), '-i', SHOWN[i] ?? '']);
  const scaled = secondsEach.map((_, i) => `[${i}:v]${filled(size)}[v${i}]`).join(';');
  const joined = `${secondsEach.map((_, i) => `[v${i}]`).join('')}concat=n=${secondsEach.length}:v=1:a=0[v]`;
  const tone = ['-f', 'lavfi', '-t', String(secondsEach.reduce((sum, seconds) => sum + seconds, 0)), '-i', 'sine=440'];
  const codec = file.endsWith('.webm') ? CODECS.webm : CODECS.mp4;
  const maps = ['-map', '[v]', '-map', `${secondsEach.length}:a`];
  return ffmpeg(file, ...inputs, ...tone, '-filter_complex', `${scaled};${joined}`, ...maps, ...codec);
};

/** Three photos of 5 s that fade into each other for 1 s, at 4 and 8 s. */
export const fading = (file: string, size: string): string => {
  const inputs = SHOWN.slice(0, 3).flatMap((path) => ['-loop', '1', '-t', '5', '-i', path]);
  const scaled = [0, 1, 2].map((i) => `[${i}:v]${filled(size)}[v${i}]`).join(';');
  const fades = '[v0][v1]xfade=duration=1:offset=4[a];[a][v2]xfade=duration=1:offset=8[v]';
  return ffmpeg(file, ...inputs, '-filter_complex', `${scaled};${fades}`, '-map', '[v]', ...CODECS.mp4);
};

/** The first bytes of another file. */
export const cut = (file: string, of: string, bytes: number): string => {
  writeFileSync(file, readFileSync(of).subarray(0, bytes));
  return file;
};

/** Bytes of another file that say what it is. */
const BEGINNING = 40;

/** The start of another file, and then nothing of one. */
export const noisy = (file: string, of: string): string => {
  writeFileSync(
    file,
    readFileSync(of).map((byte, i) => (i < BEGINNING ? byte : (i * 7919) % 251)),
  );
  return file;
};

/** What begins as an MP4 and would read another file, were the demuxer chosen by the content. */
export const playlist = (file: string): string => {
  const head = Buffer.from('\0\0\0\u0014ftypisom\0\0\u0002\0isom', 'latin1');
  writeFileSync(file, Buffer.concat([head, Buffer.from('\n#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')]));
  return file;
};
