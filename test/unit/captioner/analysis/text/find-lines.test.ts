import { describe, expect, it } from 'vitest';
import { components, MAX_COMPONENTS, type ProbabilityMap } from '../../../../../functions/captioner/analysis/text/components.ts';
import { findLines } from '../../../../../functions/captioner/analysis/text/find-lines.ts';

const RULES = { pixelAtLeast: 0.3, kernelAtLeast: 0.6, minKernelPx: 2 };

type Bar = { left: number; top: number; width: number; height: number; p?: number };

const mapOf = (width: number, height: number, bars: readonly Bar[]): ProbabilityMap => {
  const data = new Float32Array(width * height);
  for (const { left, top, width: w, height: h, p = 0.9 } of bars)
    for (let y = top; y < top + h; y++) data.fill(p, y * width + left, y * width + left + w);
  return { data, width, height };
};

const found = (bars: readonly Bar[], size = { width: 200, height: 100 }) => findLines(mapOf(200, 100, bars), size, RULES);

describe('connected parts of the map', () => {
  it('joins pixels that touch, corners included, and parts those that do not', () => {
    const map = mapOf(10, 10, [
      { left: 0, top: 0, width: 3, height: 2 },
      { left: 3, top: 2, width: 2, height: 2, p: 0.5 },
      { left: 8, top: 8, width: 2, height: 2 },
    ]);
    expect(components(map, 0.3).map(({ xs, mean }) => [xs.length, Math.round(mean * 100) / 100])).toEqual([
      [10, 0.74],
      [4, 0.9],
    ]);
  });

  it('does not go round the rim', () => {
    expect(
      components(
        mapOf(4, 4, [
          { left: 3, top: 0, width: 1, height: 1 },
          { left: 0, top: 1, width: 1, height: 1 },
        ]),
        0.3,
      ),
    ).toHaveLength(2);
  });

  it('stops at a bound', () => {
    const data = Float32Array.from({ length: 100 * 100 }, (_, i) => (i % 2 === 0 && Math.floor(i / 100) % 2 === 0 ? 1 : 0));
    expect(components({ data, width: 100, height: 100 }, 0.3)).toHaveLength(MAX_COMPONENTS);
  });
});

describe('lines of writing', () => {
  it('grows a kernel by a share of its height on all sides', () => {
    const [line] = found([{ left: 50, top: 40, width: 60, height: 8 }]);
    expect(line?.strip).toMatchObject({ x: 80, y: 44, length: 68, height: 16, angle: 0 });
    expect(line?.confidence).toBeCloseTo(0.9);
  });

  it('gives the strip in px of the picture, also where the map is stretched', () => {
    const [line] = found([{ left: 50, top: 40, width: 60, height: 8 }], { width: 400, height: 300 });
    expect(line?.strip).toMatchObject({ x: 160, y: 132, length: 136, height: 48 });
  });

  it('joins the words of a line and keeps lines apart', () => {
    const lines = found([
      { left: 10, top: 20, width: 40, height: 8 },
      { left: 66, top: 21, width: 30, height: 8 },
      { left: 112, top: 20, width: 30, height: 7 },
      { left: 10, top: 44, width: 60, height: 8 },
    ]);
    expect(lines.map(({ strip }) => [Math.round(strip.length), Math.round(strip.y)]).toSorted()).toEqual([
      [140, 25],
      [68, 48],
    ]);
  });

  it('keeps what is far along, of another height or of another direction apart', () => {
    expect(
      found([
        { left: 10, top: 20, width: 40, height: 8 },
        { left: 120, top: 20, width: 40, height: 8 },
      ]),
    ).toHaveLength(2);
    expect(
      found([
        { left: 10, top: 20, width: 40, height: 20 },
        { left: 60, top: 26, width: 40, height: 6 },
      ]),
    ).toHaveLength(2);
    expect(
      found([
        { left: 10, top: 40, width: 60, height: 8 },
        { left: 80, top: 14, width: 8, height: 60 },
      ]),
    ).toHaveLength(2);
  });

  it('leaves specks, illegible and unsure ones out', () => {
    expect(found([{ left: 10, top: 20, width: 40, height: 2 }])).toEqual([]);
    expect(found([{ left: 10, top: 20, width: 40, height: 4 }])).toHaveLength(1);
    expect(found([{ left: 10, top: 20, width: 40, height: 1 }])).toEqual([]);
    expect(found([{ left: 10, top: 20, width: 40, height: 8, p: 0.4 }])).toEqual([]);
    expect(found([])).toEqual([]);
  });
});
