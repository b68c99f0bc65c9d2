// Every value of the quality of pictures that were made with it. Tolerances stand beside each.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lumaOf, sharpnessOf } from '../../../../../functions/captioner/analysis/quality/luma.ts';
import { qualityOf, qualityStage } from '../../../../../functions/captioner/analysis/quality/quality-stage.ts';
import type { AnalysisPixels } from '../../../../../functions/captioner/analysis/stage.ts';
import { labOfHex, type Rgb } from '../../../../../functions/core/facts/colour-space.ts';
import { deltaE2000 } from '../../../../../functions/core/facts/delta-e.ts';
import type { Quality } from '../../../../../functions/core/facts/quality.ts';
import { randomFrom, whole } from '../../../../support/random.ts';
import { drawn, filled, WHITE } from '../../../../support/raw-pictures.ts';

const plain = { hasAlpha: false };
const measured = (pixels: AnalysisPixels): Quality => qualityOf({ pixels, encoding: plain });

/** Leaves, gravel, or the like: squares of random greys. */
const detail = (side: number, cell: number): AnalysisPixels => {
  const random = randomFrom(5);
  const cells = Array.from({ length: 128 * 128 }, () => 40 + whole(random, 176));
  return drawn(side, side, (x, y) => {
    const grey = cells[Math.floor(y / cell) * 128 + Math.floor(x / cell)] ?? 0;
    return [grey, grey, grey];
  });
};

const blurred = async ({ data, width, height }: AnalysisPixels, sigma: number): Promise<AnalysisPixels> => ({
  data: await sharp(data, { raw: { width, height, channels: 3 } })
    .blur(sigma)
    .raw()
    .toBuffer(),
  width,
  height,
});

describe('sharpness', () => {
  it('falls with every step of blur', async () => {
    const picture = detail(400, 8);
    const steps = [picture, ...(await Promise.all([0.7, 1.5, 3, 6].map((sigma) => blurred(picture, sigma))))];
    const values = steps.map((step) => measured(step).sharpness);
    values.slice(1).forEach((value, i) => {
      expect(value).toBeLessThan((values[i] ?? 0) / 1.5);
    });
  });

  it('is the variance of the Laplacian, to the last bit', () => {
    const stripes = lumaOf(drawn(6, 5, (x) => (x % 2 === 0 ? [0, 0, 0] : [100, 100, 100])));
    expect(sharpnessOf(stripes, [0, 0, 1, 1])).toBe(200 ** 2);
    expect(sharpnessOf(stripes, [0, 0, 0.1, 0.1])).toBe(0);
  });

  it('is of the subject, however small that is on its background', () => {
    const small = drawn(600, 600, (x, y) =>
      (x >= 250 && x < 350 && y >= 250 && y < 350 ? (x * 7 + y * 13) % 2 : 2) === 2
        ? WHITE
        : (x + y) % 2 === 0
          ? [20, 20, 20]
          : [90, 90, 90],
    );
    expect(measured(small).sharpness).toBeGreaterThan(5000);
  });
});

describe('brightness and contrast', () => {
  it.each([
    [[0, 0, 0], 0],
    [[128, 128, 128], 128],
    [[255, 255, 255], 255],
    [[255, 0, 0], 76.2],
    [[0, 255, 0], 149.7],
    [[0, 0, 255], 29.1],
  ] as const)('of %j is %d, within 1', (colour, brightness) => {
    const quality = measured(filled(40, 30, colour));
    expect(Math.abs(quality.brightness - brightness)).toBeLessThanOrEqual(1);
    expect(quality.contrast).toBe(0);
  });

  it('of halves are their middle and half their difference', () => {
    const { brightness, contrast } = measured(drawn(200, 100, (x) => (x < 100 ? [50, 50, 50] : [150, 150, 150])));
    expect([brightness, contrast]).toEqual([100, 50]);
  });
});

describe('exposure', () => {
  it('is the share of clipped pixels, within 0.5 %', () => {
    const clip = drawn(400, 300, (x, y): Rgb => {
      if (y < 60) return [(x * 31) % 200, 90, (y * 17) % 200];
      if (x < 40) return [2, 1, 3];
      return x >= 320 ? [254, 255, 253] : [(x * 7) % 180, 30 + ((y * 11) % 150), 60 + ((x + y) % 90)];
    });
    const { underexposed, overexposed } = measured(clip);
    expect(Math.abs(underexposed - 0.08)).toBeLessThanOrEqual(0.005);
    expect(Math.abs(overexposed - 0.16)).toBeLessThanOrEqual(0.005);
  });

  it('does not count the background, and counts what is clipped before it', () => {
    const on = (thing: Rgb, ground: Rgb): Quality =>
      measured(drawn(400, 400, (x, y) => (x > 99 && x < 300 && y > 99 && y < 300 ? thing : ground)));
    expect(on([90, 60, 20], WHITE)).toMatchObject({ underexposed: 0, overexposed: 0 });
    expect(on([90, 60, 20], [0, 0, 0])).toMatchObject({ underexposed: 0, overexposed: 0 });
    expect(on([0, 0, 0], WHITE).underexposed).toBeCloseTo(0.25, 2);
    expect(on([255, 255, 255], [70, 80, 90]).overexposed).toBeCloseTo(0.25, 2);
  });
});

describe('background and subject', () => {
  it.each([
    ['#ffffff', [255, 255, 255]],
    ['#fafafa', [250, 250, 250]],
    ['#f0f0f0', [240, 240, 240]],
    ['#dceeff', [220, 238, 255]],
    ['#808080', [128, 128, 128]],
    ['#000000', [0, 0, 0]],
  ] as const)('%s is told with its distance from white, within delta E 0.3', (hex, ground) => {
    const quality = measured(drawn(500, 400, (x, y) => (x >= 100 && x < 400 && y >= 40 && y < 360 ? [200, 30, 40] : ground)));
    expect(quality.background.share).toBe(1);
    expect(quality.background.colour).toBe(hex);
    expect(Math.abs(quality.background.whiteDeltaE - deltaE2000(labOfHex(hex), [100, 0, 0]))).toBeLessThan(0.3);
    expect(Math.abs((quality.subject?.share ?? Number.NaN) - 0.48)).toBeLessThanOrEqual(0.015);
  });

  it('has the share of the rim that is of one colour, within 1 %', () => {
    const { background } = measured(drawn(400, 400, (x, y) => (y >= 200 && x >= 100 && x < 300 ? [20, 60, 150] : WHITE)));
    expect(Math.abs(background.share - 0.875)).toBeLessThanOrEqual(0.01);
  });

  it('has no subject where the rim is of many colours', () => {
    const quality = measured(detail(300, 12));
    expect(quality.background.share).toBeLessThan(0.5);
    expect(quality.subject).toBeUndefined();
  });
});

describe('the stage', () => {
  it('tells what the header said, and its name and version', async () => {
    const stage = qualityStage();
    expect([stage.stage, stage.by]).toEqual(['quality', 'quality@2']);
    const pixels = filled(20, 20, WHITE);
    const input = { pixels, size: { width: 20, height: 20 }, encoding: { jpegQuality: 87, hasAlpha: true }, found: {} };
    expect(await stage.run(input)).toEqual({ quality: qualityOf(input) });
    expect((await stage.run(input)).quality).toMatchObject({ jpegQuality: 87, hasAlpha: true });
    expect(measured(filled(20, 20, WHITE))).not.toHaveProperty('jpegQuality');
  });
});
