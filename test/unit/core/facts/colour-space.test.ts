// CIELAB values as Lindbloom's calculator gives them for sRGB under D65.
import { describe, expect, it } from 'vitest';
import { hexOfLab, hexOfRgb, labOfHex, labOfRgb, rgbOfLab, WHITE, writeLab } from '../../../../functions/core/facts/colour-space.ts';
import { randomFrom, whole } from '../../../support/random.ts';

const KNOWN = [
  ['#ffffff', [100, 0, 0]],
  ['#000000', [0, 0, 0]],
  ['#ff0000', [53.241, 80.092, 67.203]],
  ['#00ff00', [87.735, -86.183, 83.179]],
  ['#0000ff', [32.297, 79.188, -107.86]],
  ['#ffff00', [97.139, -21.554, 94.478]],
  ['#00ffff', [91.113, -48.088, -14.131]],
  ['#808080', [53.585, 0, 0]],
] as const;

describe('CIELAB', () => {
  it.each(KNOWN)('of %s', (hex, expected) => {
    labOfHex(hex).forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(0.02);
    });
    expect(hexOfLab(labOfHex(hex))).toBe(hex);
  });

  it('comes back as the same bytes, and many at once as the same within 0.3', () => {
    const random = randomFrom(1);
    const out = new Float32Array(3);
    for (let i = 0; i < 2000; i += 1) {
      const rgb = [whole(random, 256), whole(random, 256), whole(random, 256)] as const;
      const lab = labOfRgb(...rgb);
      expect(rgbOfLab(lab)).toEqual(rgb);
      writeLab(out, 0, ...rgb);
      lab.forEach((value, c) => {
        expect(Math.abs(value - (out[c] ?? Number.NaN))).toBeLessThan(0.3);
      });
    }
  });

  it('clips what a screen cannot show', () => {
    expect(rgbOfLab([50, 120, 0])[1]).toBe(0);
    expect(rgbOfLab([120, 0, 0])).toEqual([255, 255, 255]);
    expect(hexOfRgb([1, 2, 255])).toBe('#0102ff');
    expect(hexOfLab(WHITE)).toBe('#ffffff');
  });

  it.each(['fff', '#fff', '#12345g', 'white'])('refuses %s', (hex) => {
    expect(() => labOfHex(hex)).toThrow(/Expected a colour as #rrggbb/);
  });
});
