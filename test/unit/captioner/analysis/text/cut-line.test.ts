import { describe, expect, it } from 'vitest';
import type { AnalysisPixels } from '../../../../../functions/captioner/analysis/stage.ts';
import { cutLine, LINE_PX, MAX_LINE_PX, turned } from '../../../../../functions/captioner/analysis/text/cut-line.ts';
import { detectorInput, detectorSize } from '../../../../../functions/captioner/analysis/text/detector-input.ts';

/** Grey picture from a rule by place. */
const picture = (width: number, height: number, grey: (x: number, y: number) => number): AnalysisPixels => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => grey(Math.floor(i / 3) % width, Math.floor(i / 3 / width))),
});

/** Two thick strokes in a strip (40, 30) to (80, 40), the first in its left half. */
const strokes = (ink: number, ground: number) =>
  picture(120, 80, (x, y) => (((x >= 44 && x < 50) || (x >= 66 && x < 72)) && y >= 31 && y < 39 ? ink : ground));

const STRIP = { x: 60, y: 35, length: 40, height: 10, angle: 0 };

const at = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): number => data[y * width + x] as number;

describe('a line that is cut out', () => {
  it('has the height that a reader likes and shows ink where it is', () => {
    const line = cutLine(strokes(0, 255), STRIP);
    expect([line.width, line.height]).toEqual([4 * LINE_PX, LINE_PX]);
    expect(at(line, 25, 18)).toBeLessThan(20);
    expect(at(line, 60, 18)).toBeGreaterThan(200);
    expect(at(line, 105, 18)).toBeLessThan(20);
  });

  it('is dark on light with full contrast, however it was written', () => {
    const plain = cutLine(strokes(0, 255), STRIP);
    const same = (other: Uint8Array) => Math.max(...other.map((v, i) => Math.abs(v - (plain.data[i] as number))));
    expect(same(cutLine(strokes(90, 140), STRIP).data)).toBeLessThanOrEqual(2);
    expect(same(cutLine(strokes(200, 40), STRIP).data)).toBeLessThanOrEqual(2);
  });

  it('has even contrast where a shadow falls on half of it', () => {
    const lit = strokes(0, 255);
    const shaded = { ...lit, data: lit.data.map((v, i) => (Math.floor(i / 3) % 120 >= 58 ? Math.round(v * 0.3) : v)) };
    const line = cutLine(shaded, STRIP);
    expect(at(line, 140, 18) - at(line, 105, 18)).toBeGreaterThan(90);
    expect(at(line, 8, 18) - at(line, 25, 18)).toBeGreaterThan(90);
  });

  it('is turned level, and upside down where that is asked', () => {
    const upright = picture(80, 120, (x, y) => (((y >= 70 && y < 76) || (y >= 48 && y < 54)) && x >= 31 && x < 39 ? 0 : 255));
    const line = cutLine(upright, { x: 35, y: 60, length: 40, height: 10, angle: -Math.PI / 2 });
    expect(line).toEqual(cutLine(strokes(0, 255), STRIP));
    expect(at(turned(line), line.width - 1 - 25, 17)).toBe(at(line, 25, 18));
  });

  it('averages where the picture has more pixels, and repeats its rim where it has none', () => {
    const stripes = picture(400, 200, (x) => (x < 200 ? (x % 2) * 255 : 255));
    const line = cutLine(stripes, { x: 200, y: 100, length: 400, height: 144, angle: 0 });
    expect(Math.abs(at(line, 20, 18) - at(line, 21, 18))).toBeLessThan(6);
    const outside = cutLine(strokes(0, 255), { ...STRIP, x: 110 });
    expect(new Set(outside.data)).toEqual(new Set([255]));
  });

  it('is squeezed where it would be too long', () => {
    expect(
      cutLine(
        picture(900, 20, () => 77),
        { x: 450, y: 10, length: 900, height: 4, angle: 0 },
      ).width,
    ).toBe(MAX_LINE_PX);
  });
});

describe('the picture for the detector', () => {
  it.each([
    [
      { width: 1024, height: 768 },
      { width: 640, height: 480 },
    ],
    [
      { width: 300, height: 1000 },
      { width: 192, height: 640 },
    ],
    [
      { width: 200, height: 150 },
      { width: 416, height: 288 },
    ],
    [
      { width: 4, height: 3 },
      { width: 32, height: 32 },
    ],
  ])('makes %o to %o', (from, to) => {
    expect(detectorSize(from, 640)).toEqual(to);
  });

  it('holds planes of RGB in 0..255, between pixels where it is enlarged', () => {
    const ramp = picture(32, 32, (x) => x * 8);
    const colours: AnalysisPixels = { ...ramp, data: ramp.data.map((v, i) => [v, 255 - v, 7][i % 3] as number) };
    const { data, dims } = detectorInput(colours, 64);
    expect(dims).toEqual([1, 3, 64, 64]);
    expect(Array.from(data.slice(0, 4), Number)).toEqual([0, 2, 6, 10]);
    expect(Array.from(data.slice(64 * 64, 64 * 64 + 3), Number)).toEqual([255, 253, 249]);
    expect(Array.from(data.slice(-2), Number)).toEqual([7, 7]);
  });
});
