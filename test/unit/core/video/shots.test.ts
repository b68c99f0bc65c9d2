import { describe, expect, it } from 'vitest';
import { changeBetween, detailOf } from '../../../../functions/core/video/frame-change.ts';
import { LEAST_SHOT_MS, MOST_SHOTS, shotsOf } from '../../../../functions/core/video/shots.ts';
import { framesOf, mixed, type Part, turned, view } from '../../../support/small-frames.ts';

const still = (seed: number, frames: number): Part => ({ pixels: view(seed), frames });
const blank = (value: number): Uint8Array => view(0).fill(value);
const rangesOf = async (durationMs: number, ...parts: Part[]): Promise<string[]> =>
  (await shotsOf(framesOf(...parts), durationMs)).map(({ startMs, endMs }) => `${startMs}-${endMs}`);

/** Frames that lead from one view to another. */
const fade = (from: Uint8Array, to: Uint8Array, frames: number): Part[] =>
  Array.from({ length: frames }, (_, i) => ({ pixels: mixed(from, to, (i + 1) / (frames + 1)), frames: 1 }));

describe('shots', () => {
  it('begin where the view changes at once, and are the whole of the video together', async () => {
    expect(await rangesOf(9000, still(1, 10), still(2, 20), still(3, 15))).toEqual(['0-2000', '2000-6000', '6000-9000']);
  });

  it('are one for a view that stays, and none where there are no frames', async () => {
    expect(await rangesOf(4000, still(1, 20))).toEqual(['0-4000']);
    expect(await rangesOf(4000)).toEqual([]);
  });

  it('end with the last frame where the header names no length, or too short a one', async () => {
    expect(await rangesOf(0, still(1, 10))).toEqual(['0-2000']);
    expect(await rangesOf(500, still(1, 10), still(2, 10))).toEqual(['0-2000', '2000-4000']);
    expect(await rangesOf(40, still(1, 1))).toEqual(['0-40']);
  });

  it.each([3, 5, 7])('begin in the middle of a fade of %d frames', async (frames) => {
    const parts = [still(1, 15), ...fade(view(1), view(2), frames), still(2, 15)];
    const [first, second, ...others] = await shotsOf(framesOf(...parts), 0);
    expect(others).toEqual([]);
    expect(first?.endMs).toBe(second?.startMs);
    expect(Math.abs((second?.startMs ?? 0) - (3000 + frames * 100))).toBeLessThanOrEqual(300);
  });

  it('do not begin where a view fades out and comes back, nor where the light changes slowly', async () => {
    const dark = mixed(view(1), blank(0), 0.6);
    expect(await rangesOf(8000, still(1, 15), ...fade(view(1), dark, 4), ...fade(dark, view(1), 4), still(1, 15))).toHaveLength(1);
    expect(await rangesOf(8000, still(1, 10), ...fade(view(1), view(2), 40), still(2, 10))).toHaveLength(1);
  });

  it('do not begin while the camera turns', async () => {
    const soft = view(0).map((_, i) => 128 + 90 * Math.sin((i % 192) / 30));
    const parts = Array.from({ length: 40 }, (_, i) => ({ pixels: turned(soft, i * 2), frames: 1 }));
    expect(await rangesOf(8000, ...parts)).toEqual(['0-8000']);
  });

  it('do not begin with every frame of a video that flickers', async () => {
    const parts = Array.from({ length: 40 }, (_, i) => still(1 + (i % 2), 1));
    expect(await rangesOf(8000, ...parts)).toEqual(['0-8000']);
  });

  it('are never shorter than the least, nor more than the most', async () => {
    const flash = await shotsOf(framesOf(still(1, 10), still(2, 2), still(3, 10)), 0);
    for (const { startMs, endMs } of flash) expect(endMs - startMs).toBeGreaterThanOrEqual(LEAST_SHOT_MS);
    const many = await shotsOf(framesOf(...Array.from({ length: MOST_SHOTS + 10 }, (_, i) => still(i + 1, 8))), 0);
    expect(many).toHaveLength(MOST_SHOTS);
    expect(many.at(-1)?.endMs).toBe((MOST_SHOTS + 10) * 1600);
  });

  it('are told by the frame with most to see in the middle of them', async () => {
    const [dull, duller] = [0.2, 0.4].map((share) => mixed(view(1), blank(100), share));
    if (dull === undefined || duller === undefined) throw new Error('two views');
    const parts = [
      { pixels: view(1), frames: 4 },
      { pixels: duller, frames: 5 },
      { pixels: dull, frames: 1 },
      { pixels: duller, frames: 10 },
    ];
    const [shot] = await shotsOf(framesOf(...parts), 4000);
    expect(shot?.keyMs).toBe(1800);
    const [, second] = await shotsOf(framesOf(still(1, 5), still(2, 3)), 1600);
    expect(second).toEqual({ startMs: 1000, endMs: 1600, keyMs: 1200 });
  });
});

describe('the change between two frames', () => {
  it('is nothing between equal ones and all between black and white', () => {
    expect(changeBetween(view(3), view(3))).toBe(0);
    expect(changeBetween(blank(0), blank(255))).toBe(1);
  });

  it('is little when the same things move a bit', () => {
    const soft = view(0).map((_, i) => 128 + 90 * Math.sin((i % 192) / 30));
    expect(changeBetween(soft, turned(soft, 1))).toBeLessThan(0.05);
  });

  it('leaves plain frames without detail', () => {
    expect(detailOf(blank(70))).toBe(0);
    expect(detailOf(view(1))).toBeGreaterThan(5);
  });
});
