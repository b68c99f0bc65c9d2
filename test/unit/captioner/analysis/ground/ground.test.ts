// Background and subject of pictures whose parts are known.
import { describe, expect, it } from 'vitest';
import { groundOf } from '../../../../../functions/captioner/analysis/ground/ground.ts';
import { SMALL_SIDE_PX, smallLab } from '../../../../../functions/captioner/analysis/ground/small-lab.ts';
import { labOfRgb } from '../../../../../functions/core/facts/colour-space.ts';
import { drawn, filled, WHITE } from '../../../../support/raw-pictures.ts';

describe('the small copy', () => {
  it('has the means of blocks, also of those cut by the rim', () => {
    const picture = drawn(601, 300, (x) => (x >= 600 ? [200, 10, 10] : [40, 40, 80]));
    const { lab, width, height, block } = smallLab(picture);
    expect([width, height, block]).toEqual([201, 100, 3]);
    expect(Math.max(width, height)).toBeLessThanOrEqual(SMALL_SIDE_PX);
    const expected = [...labOfRgb(40, 40, 80), ...labOfRgb(200, 10, 10)];
    [lab[0], lab[1], lab[2], lab[600], lab[601], lab[602]].forEach((value, i) => {
      expect(Math.abs((value ?? Number.NaN) - (expected[i] ?? Number.NaN))).toBeLessThan(0.3);
    });
  });

  it('is the picture itself where that is small', () => {
    expect(smallLab(filled(5, 7, WHITE))).toMatchObject({ width: 5, height: 7, block: 1 });
    expect(smallLab(filled(1, 1, WHITE)).lab[0]).toBeCloseTo(100, 1);
  });
});

describe('the ground of a picture', () => {
  const isThing = (x: number, y: number): boolean => x >= 100 && x < 300 && y >= 60 && y < 210;

  it('tells a thing from an even background: its share and its box', () => {
    const { rim, subject } = groundOf(drawn(400, 300, (x, y) => (isThing(x, y) ? [180, 20, 30] : WHITE)));
    expect(rim.share).toBe(1);
    expect(subject?.share).toBeCloseTo(0.25, 2);
    const box = [0.25, 0.2, 0.5, 0.5];
    subject?.box.forEach((side, i) => {
      expect(Math.abs(side - (box[i] ?? Number.NaN))).toBeLessThanOrEqual(2 / 200);
    });
  });

  it('goes over the fall of light, and not into a thing on white that is hardly darker', () => {
    const fall = drawn(400, 300, (x, y) => {
      const grey = 235 - Math.round(x / 10);
      return isThing(x, y) ? [grey - 45, grey - 45, grey - 45] : [grey, grey, grey];
    });
    expect(groundOf(fall).subject?.share).toBeCloseTo(0.25, 2);
    const white = drawn(400, 300, (x, y) => (isThing(x, y) ? [243, 243, 243] : WHITE));
    expect(groundOf(white).subject?.share).toBeCloseTo(0.25, 2);
  });

  it('keeps things that leave the picture, and what a thing encloses', () => {
    const cut = groundOf(drawn(400, 300, (x, y) => (x >= 100 && x < 300 && y >= 150 ? [20, 90, 40] : WHITE)));
    expect(cut.subject?.box[1]).toBeCloseTo(0.5, 2);
    expect((cut.subject?.box[1] ?? 0) + (cut.subject?.box[3] ?? 0)).toBe(1);
    const ring = groundOf(drawn(400, 300, (x, y) => (isThing(x, y) && !(x > 180 && x < 220 && y > 100 && y < 140) ? [20, 20, 90] : WHITE)));
    expect(ring.subject?.share).toBeCloseTo(0.25, 2);
  });

  it('counts all pieces but specks', () => {
    const pieces = drawn(400, 300, (x, y) =>
      y >= 100 && y < 200 && x % 100 >= 50 && x < 300 ? [9, 9, 9] : x === 20 && y < 12 && y > 8 ? [0, 0, 0] : WHITE,
    );
    const { subject } = groundOf(pieces);
    expect(subject?.share).toBeCloseTo(0.125, 2);
    expect(subject?.box[0]).toBeCloseTo(0.125, 2);
  });

  it('has no background where the rim is of many colours, and no subject where nothing is before it', () => {
    const busy = groundOf(drawn(200, 200, (x, y) => [(x * 37) % 256, (y * 91) % 256, (x * y) % 256]));
    expect(busy.background).toBeUndefined();
    expect(busy.subject).toBeUndefined();
    const plain = groundOf(filled(200, 200, [10, 60, 90]));
    expect(plain.background?.every((value) => value === 1)).toBe(true);
    expect(plain.subject).toBeUndefined();
  });

  it('is measured once for the same pixels', () => {
    const picture = filled(20, 20, WHITE);
    expect(groundOf(picture)).toBe(groundOf(picture));
    expect(groundOf({ ...picture })).not.toBe(groundOf(picture));
  });
});
