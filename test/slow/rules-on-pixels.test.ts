// Rules about what is measured in the pixels, on pictures whose values are known: at least six for each check, by the real decoder and stage.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { labOfRgb } from '../../functions/core/facts/colour-space.ts';
import { deltaE2000 } from '../../functions/core/facts/delta-e.ts';
import { LARGEST, NUMBER_CHECKS, type NumberCheck } from '../../functions/core/rules/checks.ts';
import { blocks, known, over, plain, product, type Rectangle, type Rgb, WHITE } from '../support/constructed-pictures.ts';
import { verdictOf } from '../support/rule-subjects.ts';

const PHOTOS = fileURLToPath(new URL('../fixtures/photos/', import.meta.url));
const NAMES = ['astronaut', 'cameraman', 'cat', 'coffee', 'raccoon', 'rocket'];
const photo = (name: string): Sharp => sharp(readFileSync(`${PHOTOS}${name}.jpg`));

const largestOf = (check: NumberCheck): number => LARGEST[NUMBER_CHECKS[check]] ?? Number.POSITIVE_INFINITY;

/** The measured value is within `tolerance` of `value`, and rules with bounds beside it come out as they must. */
const expectMeasured = async (picture: Sharp | Promise<Sharp>, check: NumberCheck, value: number, tolerance: number): Promise<void> => {
  const subject = await known(await picture);
  const most = largestOf(check);
  const verdict = verdictOf(subject, { check, min: Math.max(0, value - tolerance), max: Math.min(most, value + tolerance) });
  expect(Math.abs(Number(verdict.measured) - value)).toBeLessThanOrEqual(tolerance);
  expect(verdict.result).toBe('pass');
  if (value + tolerance * 2 <= most) expect(verdictOf(subject, { check, min: value + tolerance * 2 }).result).toBe('fail');
  if (value > tolerance * 2) expect(verdictOf(subject, { check, max: value - tolerance * 2 }).result).toBe('fail');
};

/** Products in a frame of 1000 x 800 px, and the share of the rim that they leave. */
const PRODUCTS: [Rectangle, number][] = [
  [[300, 200, 400, 300], 1],
  [[50, 100, 900, 600], 1],
  [[480, 20, 40, 760], 1],
  [[20, 380, 960, 40], 1],
  [[0, 100, 400, 400], 1 - 400 / 3600],
  [[200, 500, 500, 300], 1 - 500 / 3600],
  [[0, 0, 600, 500], 1 - 1100 / 3600],
];

describe('a product before white', () => {
  it.each(PRODUCTS)('at %j', async (rectangle, rim) => {
    const [left, top, width, height] = rectangle;
    const picture = await product(1000, 800, rectangle);
    await expectMeasured(picture.clone(), 'subject-area', (width * height) / 800_000, 0.012);
    await expectMeasured(picture.clone(), 'subject-extent', Math.max(width / 1000, height / 800), 0.01);
    await expectMeasured(picture.clone(), 'background-share', rim, 0.02);
    await expectMeasured(picture.clone(), 'background-white', 0, 0.2);
    const { boxes = [] } = verdictOf(await known(picture), { check: 'subject-area', min: 0.99 });
    const expected = [left / 1000, top / 800, width / 1000, height / 800];
    for (const [at, value] of expected.entries()) expect(Math.abs((boxes[0]?.[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(0.01);
  });

  it.each<Rgb>([WHITE, [254, 254, 254], [250, 250, 250], [240, 240, 240], [255, 248, 231], [200, 220, 255], [20, 20, 20]])(
    'or before the colour %i %i %i, as far from white as CIEDE2000 says',
    async (...ground) => {
      const value = deltaE2000(labOfRgb(...ground), labOfRgb(...WHITE));
      await expectMeasured(product(600, 600, [200, 150, 200, 300], ground), 'background-white', value, 0.1);
    },
  );

  it.each(NAMES)('is not found in the photo %s, which shows a scene', async (name) => {
    const subject = await known(await photo(name).png().toBuffer());
    expect(verdictOf(subject, { check: 'subject-area', min: 0.1 }).result).toBe('unknown');
    expect(verdictOf(subject, { check: 'background-share', min: 0.8 }).result).toBe('fail');
    expect(verdictOf(subject, { check: 'background-white', max: 1 }).result).toBe('fail');
  });
});

const BLACK: Rgb = [0, 0, 0];

describe('borders', () => {
  it.each<[string, Rectangle, Rgb, number]>([
    ['none', [0, 0, 800, 600], BLACK, 0],
    ['a black frame', [20, 20, 760, 560], BLACK, 20 / 600],
    ['a red frame', [40, 40, 720, 520], [200, 0, 0], 40 / 600],
    ['bars at the left and right', [100, 0, 600, 600], BLACK, 100 / 800],
    ['bars at the top and bottom', [0, 75, 800, 450], [30, 30, 60], 75 / 600],
    ['a bar at the bottom', [0, 0, 800, 540], BLACK, 0.1],
    ['bars of white at the sides', [200, 0, 400, 600], WHITE, 200 / 800],
  ])('%s', async (_, [left, top, width, height], colour, value) => {
    await expectMeasured(over(plain(800, 600, colour), [blocks(width, height), left, top]), 'border', value, 0.006);
  });

  it.each<Rectangle>([
    [50, 50, 500, 500],
    [10, 100, 580, 400],
    [200, 20, 200, 560],
  ])('are not the white around a book at %j', async (...rectangle) => {
    expect(verdictOf(await known(await product(600, 600, rectangle)), { check: 'border', max: 0 })).toMatchObject({
      result: 'pass',
      measured: 0,
    });
  });
});

describe('brightness and contrast', () => {
  it.each([0, 64, 100, 128, 200, 255])('of the grey %i', async (grey) => {
    await expectMeasured(plain(400, 300, [grey, grey, grey]), 'brightness', grey, 0.6);
    await expectMeasured(plain(400, 300, [grey, grey, grey]), 'contrast', 0, 0.1);
  });

  it.each([
    [0, 255],
    [50, 150],
    [100, 120],
  ])('of halves of the greys %i and %i', async (dark, light) => {
    const halves = over(plain(400, 300, [dark, dark, dark]), [plain(200, 300, [light, light, light]), 0, 0]);
    await expectMeasured(halves, 'contrast', (light - dark) / 2, 0.6);
  });
});

describe('clipped pixels', () => {
  it.each([0.1, 0.25, 0.4, 0.5, 0.6, 0.75])('of a share of %d', async (share) => {
    const clipped = (colour: Rgb): Promise<Sharp> => over(blocks(500, 400, 8, 40, 200), [plain(500 * share, 390, colour), 0, 5]);
    await expectMeasured(clipped(BLACK), 'underexposed', share * (390 / 400), 0.01);
    await expectMeasured(clipped(WHITE), 'overexposed', share * (390 / 400), 0.01);
    await expectMeasured(clipped(BLACK), 'overexposed', 0, 0.001);
  });

  it('are not the white behind a product', async () => {
    await expectMeasured(product(500, 400, [100, 100, 300, 200]), 'overexposed', 0, 0.003);
  });
});

describe('sharpness', () => {
  it.each(NAMES)('tells the photo %s from blurred and enlarged copies of it', async (name) => {
    const sharpness = { check: 'sharpness', min: 30 };
    const side = Math.max((await photo(name).metadata()).width, (await photo(name).metadata()).height);
    expect(verdictOf(await known(await photo(name).jpeg().toBuffer()), sharpness).result).toBe('pass');
    expect(
      verdictOf(
        await known(
          await photo(name)
            .blur(side / 150)
            .jpeg()
            .toBuffer(),
        ),
        sharpness,
      ).result,
    ).toBe('fail');
    const small = await photo(name)
      .resize(Math.round(side / 6))
      .png()
      .toBuffer();
    expect(verdictOf(await known(await sharp(small).resize(side).jpeg().toBuffer()), sharpness).result).toBe('fail');
  });
});

/** Words tiled over a picture, as stock photos have them. */
const withWords = async (picture: Sharp): Promise<Sharp> => {
  const below = await picture.toColourspace('srgb').png().toBuffer();
  const { width, height } = await sharp(below).metadata();
  const words =
    '<pattern id="p" width="60" height="40" patternUnits="userSpaceOnUse" patternTransform="rotate(-30)"><text x="2" y="20" font-size="14" font-family="sans-serif" fill="#fff" fill-opacity="0.5">SAMPLE</text></pattern>';
  const tiled = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${words}</defs><rect width="100%" height="100%" fill="url(#p)"/></svg>`;
  return sharp(below).composite([{ input: Buffer.from(tiled) }]);
};

/** Words over fur are not told from it: docs/publishing-rules.md. */
const SMOOTHER = NAMES.filter((name) => name !== 'raccoon');

describe('watermarks', () => {
  const watermark = { check: 'watermark', max: 0.5 };

  it.each(NAMES)('are not suspected in the photo %s', async (name) => {
    expect(verdictOf(await known(photo(name)), watermark).result).toBe('pass');
  });

  it.each(SMOOTHER)('are suspected in the photo %s with words tiled over it', async (name) => {
    expect(verdictOf(await known(await withWords(photo(name))), watermark)).toMatchObject({ result: 'fail', boxes: [[0, 0, 1, 1]] });
  });

  it.each<Rgb>([
    [120, 60, 60],
    [20, 20, 20],
  ])('are suspected before the plain colour %i %i %i', async (...colour) => {
    expect(verdictOf(await known(await withWords(plain(600, 400, colour))), watermark).result).toBe('fail');
    expect(verdictOf(await known(plain(600, 400, colour)), watermark).result).toBe('pass');
  });
});
