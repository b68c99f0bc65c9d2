// Detail that is repeated everywhere, in one place, and not at all.
import { describe, expect, it } from 'vitest';
import { type Detail, echoOf } from '../../../../../functions/captioner/analysis/quality/echo.ts';
import { randomFrom } from '../../../../support/random.ts';

const SIDE = 64;
const HIGH = 60;

const detail = (value: (x: number, y: number) => number): Detail => ({
  values: Float64Array.from({ length: SIDE * SIDE }, (_, i) => (i < SIDE * HIGH ? value(i % SIDE, Math.floor(i / SIDE)) : 0)),
  side: SIDE,
  width: SIDE,
  height: HIGH,
});

/** A tile of 16 x 12 px of grain. */
const random = randomFrom(5);
const tile = Array.from({ length: 16 * 12 }, () => random() - 0.5);
const tiled = (x: number, y: number): number => tile[(y % 12) * 16 + (x % 16)] as number;

describe('the echo of a move', () => {
  it('is everywhere and whole for detail that is tiled', () => {
    for (const move of [
      { right: 16, down: 0 },
      { right: 0, down: 12 },
      { right: 16, down: -12 },
    ]) {
      const { spread, likeness } = echoOf(detail(tiled), move);
      expect(spread).toBeGreaterThan(0.9);
      expect(likeness).toBeCloseTo(1);
    }
  });

  it('is in few places for the two edges of a thing', () => {
    const edges = (x: number, y: number): number => (y > 20 && y < 30 && (x === 12 || x === 28) ? 2 : 0);
    const { spread, likeness } = echoOf(detail(edges), { right: 16, down: 0 });
    expect(spread).toBeLessThan(0.15);
    expect(likeness).toBeGreaterThan(0.5);
  });

  it('is small for grain, and opposite for what turns its sign', () => {
    expect(
      Math.abs(
        echoOf(
          detail(() => random() - 0.5),
          { right: 9, down: 5 },
        ).likeness,
      ),
    ).toBeLessThan(0.1);
    const { spread, likeness } = echoOf(
      detail((x) => (x % 16 < 8 ? 1 : -1)),
      { right: 8, down: 0 },
    );
    expect(likeness).toBeCloseTo(-1);
    expect(spread).toBe(0);
  });

  it('is none where there is nothing, and where the move leaves the picture', () => {
    expect(
      echoOf(
        detail(() => 0),
        { right: 3, down: 3 },
      ),
    ).toEqual({ spread: 0, likeness: 0 });
    expect(echoOf(detail(tiled), { right: SIDE, down: 0 })).toEqual({ spread: 0, likeness: 0 });
  });
});
