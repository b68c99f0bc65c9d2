// Rules about files, on pictures whose sizes, formats and texts are known: at least six for each check.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Hashed, nearDuplicates } from '../../functions/core/rules/near-duplicates.ts';
import { sha256Hex } from '../../functions/core/sha256.ts';
import { blocks, known, plain, product, WHITE } from '../support/constructed-pictures.ts';
import { verdictOf } from '../support/rule-subjects.ts';

const PHOTOS = fileURLToPath(new URL('../fixtures/photos/', import.meta.url));
const photo = (name: string): Sharp => sharp(readFileSync(`${PHOTOS}${name}.jpg`));
const encoded = (picture: Sharp): Promise<Uint8Array> => picture.toBuffer();

describe('sizes', () => {
  it.each([
    [1600, 1200, 1],
    [1200, 1600, 1],
    [1600, 1200, 6],
    [1600, 1200, 8],
    [3000, 90, 1],
    [999, 999, 3],
    [64, 1910, 5],
  ])('%i x %i px, turned as EXIF orientation %i says', async (width, height, orientation) => {
    const bytes = await encoded(plain(width, height, [9, 99, 199]).withMetadata({ orientation }).jpeg());
    const subject = await known(bytes);
    const [wide, high] = orientation < 5 ? [width, height] : [height, width];
    const values = {
      width: wide,
      height: high,
      'longest-side': Math.max(wide, high),
      'shortest-side': Math.min(wide, high),
      megapixels: (wide * high) / 1e6,
      'aspect-ratio': wide / high,
      'file-size': bytes.length,
    };
    for (const [check, value] of Object.entries(values)) {
      expect(verdictOf(subject, { check, min: value, max: value })).toMatchObject({
        check,
        result: 'pass',
        measured: expect.closeTo(value, 9),
      });
      expect(verdictOf(subject, { check, min: value * 1.001 }).result).toBe('fail');
      expect(verdictOf(subject, { check, max: value * 0.999 }).result).toBe('fail');
    }
  });
});

const FORMATS = {
  jpeg: (picture: Sharp) => picture.jpeg(),
  png: (picture: Sharp) => picture.png(),
  webp: (picture: Sharp) => picture.webp(),
  gif: (picture: Sharp) => picture.gif(),
  avif: (picture: Sharp) => picture.avif({ effort: 0 }),
  tiff: (picture: Sharp) => picture.tiff(),
};

describe('formats', () => {
  it.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('%s, whatever the name says', async (format) => {
    const bytes = await encoded(FORMATS[format](blocks(64, 64)));
    const others = Object.keys(FORMATS).filter((other) => other !== format);
    for (const name of Object.keys(FORMATS)) {
      const subject = await known(bytes, `shop/a.b/picture.${name}`);
      expect(verdictOf(subject, { check: 'extension' }).result).toBe(name === format ? 'pass' : 'fail');
      expect(verdictOf(subject, { check: 'format', allowed: [format] })).toMatchObject({ result: 'pass', measured: format });
      expect(verdictOf(subject, { check: 'format', allowed: others })).toMatchObject({ result: 'fail', measured: format });
    }
  });
});

const glass = (): Sharp => sharp({ create: { width: 64, height: 64, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } } });

describe('transparency', () => {
  it.each([
    ['PNG', () => glass().png(), true],
    ['WebP', () => glass().webp(), true],
    ['AVIF', () => glass().avif({ effort: 0 }), true],
    ['opaque PNG', () => blocks(64, 64).png(), false],
    ['opaque WebP', () => blocks(64, 64).webp(), false],
    ['JPEG', () => blocks(64, 64).jpeg(), false],
  ])('of %s', async (_, make, transparent) => {
    const measured = transparent ? 'transparent' : 'opaque';
    expect(verdictOf(await known(await encoded(make())), { check: 'transparency' })).toMatchObject({
      result: transparent ? 'fail' : 'pass',
      measured,
    });
  });
});

describe('compression', () => {
  it.each([10, 35, 50, 60, 75, 90, 95, 100])('of a JPEG of quality %i', async (quality) => {
    const subject = await known(await encoded(photo('coffee').jpeg({ quality })));
    expect(verdictOf(subject, { check: 'compression', min: quality - 1, max: Math.min(100, quality + 1) }).result).toBe('pass');
    expect(verdictOf(subject, { check: 'compression', min: Math.min(100, quality + 2), max: 100 }).result).toBe(
      quality > 98 ? 'pass' : 'fail',
    );
  });

  it.each(['png', 'webp', 'gif', 'avif', 'tiff'] as const)('is not asked of %s', async (format) => {
    const subject = await known(await encoded(FORMATS[format](blocks(64, 64))));
    expect(verdictOf(subject, { check: 'compression', min: 100 })).toMatchObject({ result: 'pass', measured: format });
  });
});

/** What is made of a photo, and whether it is the same picture still. */
const COPIES: [string, (picture: Sharp) => Sharp, boolean][] = [
  ['another encoding', (picture) => picture.webp({ quality: 60 }), true],
  ['half the size', (picture) => picture.resize(200).jpeg(), true],
  ['a little brighter', (picture) => picture.modulate({ brightness: 1.08 }).jpeg(), true],
  ['grey', (picture) => picture.greyscale().png(), true],
  ['mirrored', (picture) => picture.flop().png(), false],
  ['turned', (picture) => picture.rotate(90).png(), false],
  ['a part of it', (picture) => picture.extract({ left: 0, top: 0, width: 150, height: 150 }).png(), false],
];

const hashed = async (name: string, picture: Sharp): Promise<Hashed> => {
  const bytes = await encoded(picture);
  return { name, dhash: (await known(bytes)).file?.dhash ?? '', sha256: await sha256Hex(bytes) };
};

describe('duplicates', () => {
  it.each(['coffee', 'cat', 'rocket', 'astronaut', 'raccoon', 'cameraman'])('of the photo %s', async (name) => {
    const made: [string, Sharp][] = [
      ['itself', photo(name).png()],
      ['another photo', photo(name === 'cat' ? 'coffee' : 'cat').png()],
      ...COPIES.map(([copy, make]): [string, Sharp] => [copy, make(photo(name))]),
    ];
    const pictures = await Promise.all(made.map(([called, picture]) => hashed(called, picture)));
    const [duplicates = []] = nearDuplicates(pictures);
    const subject = { ...(await known(photo(name).png())), duplicates };
    const same = COPIES.filter(([, , isSame]) => isSame).map(([copy]) => copy);
    const verdict = verdictOf(subject, { check: 'duplicates', distance: 4 });
    expect(verdict.result).toBe('fail');
    expect((verdict.measured as string[]).toSorted()).toEqual(same.toSorted());
  });

  it('are not products of different forms before white, and are the same bytes of plain pictures', async () => {
    const things = [
      await product(600, 600, [50, 250, 500, 100]),
      await product(600, 600, [250, 50, 100, 500]),
      await product(600, 600, [100, 100, 150, 150]),
      plain(600, 600, WHITE),
      plain(500, 500, WHITE),
      plain(600, 600, WHITE),
    ];
    const all = await Promise.all(things.map((thing, at) => hashed(String(at), thing.png())));
    expect(nearDuplicates(all).map((found) => found.map(({ name }) => name))).toEqual([[], [], [], ['5'], [], ['3']]);
  });
});
