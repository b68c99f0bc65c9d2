import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../../functions/adapters/model/sharp-pixels.ts';
import { dhash } from '../../../../functions/core/picture/dhash.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';
import { withOrientation } from '../../../support/pictures.ts';
import { PHOTOS } from '../../../support/tiny-package.ts';

const SIDE = { width: 256, height: 256 };
const names = readdirSync(PHOTOS).filter((name) => name.endsWith('.jpg'));
/** Enough of them where each is encoded many times. */
const someNames = ['cat.jpg', 'rocket.jpg'];
const photoNamed = (name: string): Buffer => readFileSync(join(PHOTOS, name));
const hashOf = async (bytes: Uint8Array, side = SIDE.width): Promise<string> =>
  (await decodePicture(bytes, { width: side, height: side, fit: 'fill', kernel: 'cubic' }, DEFAULT_LIMITS)).picture.dhash;

const distance = (a: string, b: string): number => {
  const differing = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  return [...differing.toString(2)].filter((bit) => bit === '1').length;
};

const grey = (width: number, height: number, level: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => level(Math.floor(i / 3) % width, Math.floor(i / 3 / width)));

/** Bits of 64 that another encoding may change: unlike photos differ in about 32. */
const MOST_BITS_OF_A_COPY = 4;
const LEAST_BITS_BETWEEN_PHOTOS = 10;

describe('the difference hash', () => {
  it('says where a picture grows brighter to the right', () => {
    expect(
      dhash(
        grey(18, 16, (x) => x * 10),
        { width: 18, height: 16 },
      ),
    ).toBe('f'.repeat(16));
    expect(
      dhash(
        grey(18, 16, (x) => 200 - x * 10),
        { width: 18, height: 16 },
      ),
    ).toBe('0'.repeat(16));
    expect(
      dhash(
        grey(9, 8, (x, y) => (y < 2 ? x * 10 : 0)),
        { width: 9, height: 8 },
      ),
    ).toBe(`ffff${'0'.repeat(12)}`);
    expect(
      dhash(
        grey(9, 8, (x) => (x === 8 ? 50 : 0)),
        { width: 9, height: 8 },
      ),
    ).toBe('01'.repeat(8));
  });

  it('averages sizes that are no multiple of its grid', () => {
    const ramp = (width: number, height: number) =>
      dhash(
        grey(width, height, (x, y) => (x * 120) / width + (y * 60) / height),
        { width, height },
      );
    expect(new Set([ramp(100, 31), ramp(256, 256), ramp(13, 8), ramp(1000, 77)])).toEqual(new Set(['f'.repeat(16)]));
  });

  it('takes noise on a plain background for nothing', () => {
    expect(
      dhash(
        grey(64, 64, (x, y) => 254 + ((x * 7 + y * 3) % 2)),
        { width: 64, height: 64 },
      ),
    ).toBe('0'.repeat(16));
  });

  it('refuses another number of bytes', () => {
    expect(() => dhash(new Uint8Array(11), { width: 2, height: 2 })).toThrow('Expected 12 bytes');
  });
});

describe.each(someNames)('the difference hash of %s', (name) => {
  it.each([240, 640])('is the same for every turn that EXIF describes, %i px wide', async (side) => {
    const { data, info } = await sharp(photoNamed(name)).resize(side).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const upright = { data, width: info.width, height: info.height };
    const turns = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((turn) => withOrientation(upright, turn)));
    expect(new Set(await Promise.all(turns.map((turn) => hashOf(turn)))).size).toBe(1);
  });

  it.each<[string, (photo: Sharp) => Sharp]>([
    ['a poor JPEG', (photo) => photo.jpeg({ quality: 50 })],
    ['a WebP', (photo) => photo.webp({ quality: 75 })],
    ['an AVIF', (photo) => photo.avif({ quality: 50, effort: 0 })],
    ['half its size', (photo) => photo.resize(160).jpeg()],
    ['PNG', (photo) => photo.png()],
  ])('stays nearly the same as %s', async (_, change) => {
    const before = await hashOf(photoNamed(name));
    expect(distance(before, await hashOf(await change(sharp(photoNamed(name))).toBuffer()))).toBeLessThanOrEqual(MOST_BITS_OF_A_COPY);
  });

  it('hardly depends on the size that the model wants', async () => {
    expect(distance(await hashOf(photoNamed(name)), await hashOf(photoNamed(name), 384))).toBeLessThanOrEqual(MOST_BITS_OF_A_COPY);
  });

  it('is far from those of other photos', async () => {
    const own = await hashOf(photoNamed(name));
    const others = await Promise.all(names.filter((other) => other !== name).map((other) => hashOf(photoNamed(other))));
    expect(Math.min(...others.map((other) => distance(own, other)))).toBeGreaterThanOrEqual(LEAST_BITS_BETWEEN_PHOTOS);
  });
});
