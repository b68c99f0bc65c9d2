import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  convexHull,
  cornersOf,
  type Point,
  type Strip,
  stripAlong,
  stripAround,
} from '../../../../../functions/captioner/analysis/text/strip.ts';

/** Every pixel whose centre is in the strip. */
const pixelsOf = ({ x, y, length, height, angle }: Strip): Point[] => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reach = Math.ceil(length + height);
  const found: Point[] = [];
  for (let py = Math.floor(y) - reach; py < y + reach; py++)
    for (let px = Math.floor(x) - reach; px < x + reach; px++) {
      const [dx, dy] = [px + 0.5 - x, py + 0.5 - y];
      if (Math.abs(dx * cos + dy * sin) <= length / 2 && Math.abs(dy * cos - dx * sin) <= height / 2) found.push({ x: px, y: py });
    }
  return found;
};

describe('the strip around pixels', () => {
  it.each([
    ['level', 0],
    ['tilted', 0.3],
    ['tilted the other way', -0.6],
  ])('finds a %s line again', (_, angle) => {
    const found = stripAround(pixelsOf({ x: 80, y: 60, length: 90, height: 12, angle }));
    expect(found.x).toBeCloseTo(80, 0);
    expect(found.y).toBeCloseTo(60, 0);
    expect(Math.abs(found.length - 90)).toBeLessThan(3);
    expect(Math.abs(found.height - 12)).toBeLessThan(3);
    expect(Math.abs(found.angle - angle)).toBeLessThan(0.05);
  });

  it('takes a high, narrow one for a line that stands upright', () => {
    const found = stripAround(pixelsOf({ x: 50, y: 50, length: 10, height: 60, angle: 0 }));
    expect(found.angle).toBeCloseTo(-Math.PI / 2, 5);
    expect(Math.round(found.length)).toBe(60);
  });

  it('takes one that is a little higher than long for a short level word', () => {
    const found = stripAround(pixelsOf({ x: 50, y: 50, length: 20, height: 30, angle: 0 }));
    expect([found.angle, found.length, found.height].map((n) => Math.round(n) + 0)).toEqual([0, 20, 30]);
  });

  it('gives one pixel, and pixels in a row, a size', () => {
    expect(stripAround([{ x: 3, y: 4 }])).toEqual({ x: 3.5, y: 4.5, length: 1, height: 1, angle: 0 });
    expect(stripAround([0, 1, 2, 3].map((x) => ({ x, y: 7 })))).toMatchObject({ x: 2, y: 7.5, length: 4, height: 1 });
  });

  it('holds all points, with sides along any angle', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 60 }), y: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), fc.double({ min: -1.5, max: 1.5, noNaN: true }), (points, angle) => {
        const strip = stripAlong(points, angle);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        for (const { x, y } of points) {
          const [dx, dy] = [x - strip.x, y - strip.y];
          expect(Math.abs(dx * cos + dy * sin)).toBeLessThanOrEqual(strip.length / 2 + 1e-6);
          expect(Math.abs(dy * cos - dx * sin)).toBeLessThanOrEqual(strip.height / 2 + 1e-6);
        }
      }),
    );
  });

  it('leaves inner points out of the hull', () => {
    const square = [0, 4].flatMap((x) => [0, 4].map((y) => ({ x, y })));
    expect(convexHull([...square, { x: 2, y: 2 }, { x: 1, y: 3 }])).toHaveLength(4);
  });

  it('names its corners from the start of the writing on, above first', () => {
    const [a, b, c, d] = cornersOf({ x: 10, y: 10, length: 8, height: 4, angle: 0 });
    expect([a, b, c, d]).toEqual([
      { x: 6, y: 8 },
      { x: 14, y: 8 },
      { x: 14, y: 12 },
      { x: 6, y: 12 },
    ]);
  });
});
