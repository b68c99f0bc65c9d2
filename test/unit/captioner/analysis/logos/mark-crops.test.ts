// Windows around marks and their pixels: margins, slim boxes, edges, and means instead of single samples.
import { describe, expect, it } from 'vitest';
import { halve, halvedTowards } from '../../../../../functions/captioner/analysis/logos/halve.ts';
import { CROP_PX, cropWindow, windowAround } from '../../../../../functions/captioner/analysis/logos/mark-crops.ts';

const picture = (width: number, height: number, colour: (x: number, y: number) => readonly [number, number, number]) => ({
  data: Uint8Array.from(Array.from({ length: width * height }, (_, i) => colour(i % width, Math.floor(i / width))).flat()),
  width,
  height,
});
const plane = CROP_PX * CROP_PX;

describe('the window around a mark', () => {
  it('has a margin of 8 % of the longest side all round', () => {
    expect(windowAround({ left: 100, top: 100, right: 200, bottom: 180 })).toEqual({ left: 92, top: 92, width: 116, height: 96 });
  });

  it('of a slim box has a short side of half the long one, about the same middle', () => {
    const window = windowAround({ left: 0, top: 50, right: 100, bottom: 60 });
    expect(window.height).toBeCloseTo(58);
    expect(window.top + window.height / 2).toBeCloseTo(55);
    expect(windowAround({ left: 50, top: 0, right: 60, bottom: 100 }).width).toBeCloseTo(58);
  });
});

describe('the crop of a window', () => {
  it('has the colours of an even picture in three planes', () => {
    const crop = cropWindow(
      picture(20, 10, () => [10, 20, 30]),
      { left: 2, top: 2, width: 7, height: 5 },
    );
    expect([crop[0], crop[plane], crop[2 * plane], crop[3 * plane - 1]].map((value) => Math.round(value ?? 0))).toEqual([10, 20, 30, 30]);
  });

  it('is the picture itself where the window is 64 px and lies on whole px', () => {
    const crop = cropWindow(
      picture(70, 70, (x, y) => [x, y, 0]),
      { left: 3, top: 5, width: 64, height: 64 },
    );
    expect(crop[0]).toBeCloseTo(3);
    expect(crop[CROP_PX - 1]).toBeCloseTo(66);
    expect(crop[plane]).toBeCloseTo(5);
    expect(crop[2 * plane - 1]).toBeCloseTo(68);
  });

  it('takes means, so that a fine pattern becomes grey', () => {
    const crop = cropWindow(
      picture(256, 256, (x) => (x % 2 === 0 ? [255, 255, 255] : [0, 0, 0])),
      { left: 0, top: 0, width: 256, height: 256 },
    );
    const middle = Array.from({ length: 40 }, (_, i) => crop[20 * CROP_PX + 10 + i] ?? 0);
    expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(1);
    expect(middle[0]).toBeCloseTo(127.5, 0);
  });

  it('goes on with the edge beyond the edge', () => {
    const crop = cropWindow(
      picture(8, 8, (x) => [x === 0 ? 200 : 50, 0, 0]),
      { left: -64, top: 0, width: 64, height: 8 },
    );
    expect(crop[0]).toBeCloseTo(200);
    expect(crop[CROP_PX / 2]).toBeCloseTo(200);
  });
});

describe('halving', () => {
  it('gives rounded means of four px, and leaves out an odd row and column', () => {
    const half = halve(picture(5, 3, (x, y) => [x + y * 10, 0, 100]));
    expect(half).toEqual({ data: Uint8Array.of(6, 0, 100, 8, 0, 100), width: 2, height: 1 });
  });

  it('goes on as long as both sides stay long enough', () => {
    expect(
      halvedTowards(
        picture(50, 41, () => [0, 0, 0]),
        10,
      ),
    ).toMatchObject({ width: 12, height: 10 });
    expect(
      halvedTowards(
        picture(50, 19, () => [0, 0, 0]),
        10,
      ),
    ).toMatchObject({ width: 50, height: 19 });
  });
});
