import { describe, expect, it } from 'vitest';
import type { AnalysisPixels } from '../../../../../functions/captioner/analysis/stage.ts';
import { cutLine, INK_PX, MARGIN_PX, MAX_LINE_PX, turned } from '../../../../../functions/captioner/analysis/text/cut-line.ts';
import { detectorInput, detectorSize } from '../../../../../functions/captioner/analysis/text/detector-input.ts';

/** Grey picture from a rule by place. */
const picture = (width: number, height: number, grey: (x: number, y: number) => number): AnalysisPixels => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => grey(Math.floor(i / 3) % width, Math.floor(i / 3 / width))),
});

/** A bar of ink in the left half of the strip (40, 30) to (80, 40). */
const bar = (ink: number, ground: number) => picture(120, 80, (x, y) => (x >= 40 && x < 60 && y >= 30 && y < 40 ? ink : ground));

const STRIP = { x: 60, y: 35, length: 40, height: 10, angle: 0 };

const at = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number): number => data[y * width + x] as number;

describe('a line that is cut out', () => {
  it('has the height that a reader likes, with ground around it', () => {
    const line = cutLine(bar(0, 255), STRIP);
    expect([line.width, line.height]).toEqual([4 * INK_PX + 2 * MARGIN_PX, INK_PX + 2 * MARGIN_PX]);
    expect(at(line, MARGIN_PX + 30, 26)).toBe(0);
    expect(at(line, MARGIN_PX + 100, 26)).toBe(255);
    expect(at(line, 2, 2)).toBe(255);
  });

  it('is dark on light with full contrast, however it was written', () => {
    const plain = cutLine(bar(0, 255), STRIP);
    expect(cutLine(bar(90, 130), STRIP)).toEqual(plain);
    expect(cutLine(bar(200, 40), STRIP)).toEqual(plain);
  });

  it('is turned level', () => {
    const upright = picture(80, 120, (x, y) => (x >= 30 && x < 40 && y >= 60 && y < 80 ? 0 : 255));
    const line = cutLine(upright, { x: 35, y: 60, length: 40, height: 10, angle: -Math.PI / 2 });
    expect(line).toEqual(cutLine(bar(0, 255), STRIP));
    expect(at(turned(line), line.width - 1 - MARGIN_PX - 30, 26)).toBe(0);
  });

  it('averages where the picture has more pixels, and repeats its rim where it has none', () => {
    const stripes = picture(400, 200, (x) => (x % 2 === 0 ? 0 : 255));
    const line = cutLine(
      { ...stripes, data: stripes.data.map((v, i) => (Math.floor(i / 3) % 400 < 200 ? v : 255)) },
      { x: 200, y: 100, length: 400, height: 128, angle: 0 },
    );
    expect(Math.abs(at(line, MARGIN_PX + 20, 26) - at(line, MARGIN_PX + 21, 26))).toBeLessThan(3);
    expect(at(cutLine(bar(0, 255), { ...STRIP, x: 110 }), 4 * INK_PX, 26)).toBe(255);
  });

  it('is squeezed where it would be too long, and plain where there is nothing', () => {
    const line = cutLine(
      picture(900, 20, () => 77),
      { x: 450, y: 10, length: 900, height: 4, angle: 0 },
    );
    expect(line.width).toBe(MAX_LINE_PX + 2 * MARGIN_PX);
    expect(new Set(line.data).size).toBe(1);
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
