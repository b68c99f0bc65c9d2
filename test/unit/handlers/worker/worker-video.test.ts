// The worker on fakes, with videos: caption, the same bytes under another key, another caption, and limits.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { videoCaptioner } from '../../../../functions/core/video/video-captioner.ts';
import { inferenceWorker } from '../../../../functions/handlers/worker/worker-loop.ts';
import { fakeTelemetry } from '../../../support/fake-telemetry.ts';
import { fakeReader, filmBytes } from '../../../support/fake-video.ts';
import { isEmpty, started } from '../../../support/running-worker.ts';
import { view } from '../../../support/small-frames.ts';
import { LARGE, type World, worldOf } from '../../../support/worker-world.ts';

const FILM = new TextDecoder().decode(filmBytes('moov'));
const PARTS = [1, 2].map((seed) => ({ pixels: view(seed), frames: 15 }));

/** A world whose worker takes videos of two shots, of a dog and a cat. */
const videoWorld = (maxMs?: number, batchMax = 4): World & { opened: () => number } => {
  const world = worldOf();
  const frame = (ms: number): string => (ms < 3000 ? 'dog' : 'cat');
  const reader = fakeReader({ parts: PARTS, frame, ...(maxMs !== undefined && { limits: { maxMs } }) });
  const { open } = reader;
  let opened = 0;
  reader.open = (bytes) => {
    opened += 1;
    return open(bytes);
  };
  const captioner = videoCaptioner({ captioner: world.captioner, reader, now: world.clock.now });
  const { inbox, context, clock: timing } = world;
  const bounds = { batchMax, lingerMs: 100, visibilityS: 30 };
  const worker = () => inferenceWorker({ inbox, captioner, context, telemetry: fakeTelemetry(), timing, bounds });
  return { ...world, worker, opened: () => opened };
};

const SHOTS = [
  { startMs: 0, endMs: 3000, text: 'A dog.', confidence: 0.9 },
  { startMs: 3000, endMs: 6000, text: 'A cat.', confidence: 0.9 },
];

describe('a worker and a video', () => {
  it('captions it, among pictures, shot by shot', async () => {
    const world = videoWorld();
    const job = await world.add('a.mp4', 'caption', FILM);
    const photo = await world.add('b.jpg', 'caption', 'cow');
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.record(job)).toMatchObject({
      state: 'READY',
      refine: 'done',
      texts: { alt: { text: 'A dog; then a cat.', model: LARGE } },
      picture: { format: 'mp4', width: 640, height: 360, bytes: FILM.length },
      machine: { route: 'gpu', ms: expect.any(Number) },
      facts: { shots: SHOTS },
    });
    expect(world.record(photo)?.texts.alt?.text).toBe('A cow.');
    expect(world.record(photo)).not.toHaveProperty('facts.shots');
  });

  it('is work of its own: pictures beside it, and videos before it, do not wait for it', async () => {
    const world = videoWorld();
    world.captioner.delayMs = 50_000;
    const [first, second] = [await world.add('a.mp4', 'caption', FILM), await world.add('b.mp4', 'caption', `${FILM} b`)];
    const photo = await world.add('c.jpg', 'caption', 'cow');
    started(world);
    await world.clock.until(() => world.record(second)?.state === 'READY');
    const [from, ...later] = [photo, first, second].map((job) => world.record(job)?.changedAt ?? 0);
    expect(later.map((at) => at - (from ?? 0))).toEqual([100_000, 200_000].map((ms) => expect.closeTo(ms, -3)));
  });

  it('is read again when its turn comes, so that none that waits is held in memory', async () => {
    const world = videoWorld();
    world.captioner.delayMs = 50_000;
    const [first, second] = [await world.add('a.mp4', 'caption', FILM), await world.add('b.mp4', 'caption', `${FILM} b`)];
    started(world);
    await world.clock.until(() => world.captioner.running === 1);
    world.objects.bytes.delete('b.mp4');
    await world.clock.until(isEmpty(world));
    expect(world.record(first)?.state).toBe('READY');
    expect(world.record(second)).toMatchObject({ state: 'FAILED', reason: 'SOURCE_GONE' });
  });

  it('is done once, however long the videos of a batch take together', async () => {
    const world = videoWorld(undefined, 12);
    world.captioner.delayMs = 50_000; // 100 s a video: the last of the batch waits longer than a job is held
    const jobs = await Promise.all(Array.from({ length: 12 }, (_, i) => world.add(`${i}.mp4`, 'caption', `${FILM} ${i}`)));
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.opened()).toBe(jobs.length);
    expect(jobs.map((job) => world.record(job)?.state)).toEqual(jobs.map(() => 'READY'));
  });

  it('reuses what it said about the same bytes under another key', async () => {
    const world = videoWorld();
    await world.add('a.mp4', 'caption', FILM);
    started(world);
    await world.clock.until(isEmpty(world));
    const again = await world.add('b.mp4', 'caption', FILM);
    await world.clock.until(isEmpty(world));
    expect(world.opened()).toBe(1);
    expect(world.record(again)).toMatchObject({
      state: 'READY',
      picture: { format: 'mp4' },
      machine: { costUsd: 0 },
      facts: { shots: SHOTS },
    });
  });

  it('captions it again when it is asked to, for a model that has not', async () => {
    const world = videoWorld();
    const job = await world.add('a.mp4', 'recaption', FILM, { facts: { shots: [{ startMs: 0, endMs: 10, text: 'A hat.' }] } });
    started(world);
    await world.clock.until(isEmpty(world));
    const record: CaptionRecord | undefined = world.record(job);
    expect(record).toMatchObject({ state: 'READY', refine: 'done', facts: { shots: SHOTS } });
    expect(record?.texts.alt?.text).toBe('A dog; then a cat.');
  });

  it('fails with the reason when it is too long', async () => {
    const world = videoWorld(2000);
    const job = await world.add('a.mp4', 'caption', FILM);
    started(world);
    await world.clock.until(isEmpty(world));
    expect(world.record(job)).toMatchObject({ state: 'FAILED', reason: 'TOO_MANY_FRAMES', message: expect.stringContaining('2 s') });
    expect(world.events.map(({ type }) => type)).toEqual(['caption.failed']);
  });
});
