// The runtime's pixels against Pillow's (training's), and pictures of every kind, turn and damage.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, type PixelSpec } from '../../../../functions/adapters/model/sharp-pixels.ts';
import { PictureError } from '../../../../functions/core/errors.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';
import { CORNERS, corners, heicStart, pngOfSize, withOrientation } from '../../../support/pictures.ts';
import { digestOf } from '../../../support/tiny-package.ts';

const fixture = (path: string): Uint8Array => readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url));
const square = (side: number): PixelSpec => ({ width: side, height: side, fit: 'fill', kernel: 'cubic' });
const decoded = (bytes: Uint8Array, spec = square(32)) => decodePicture(bytes, spec, DEFAULT_LIMITS);
const pixelsOf = async (bytes: Uint8Array, spec = square(32)) => (await decoded(bytes, spec)).pixels;
const outcomeOf = (bytes: Uint8Array) => pixelsOf(bytes).catch((thrown: unknown) => thrown);
const codeOf = async (bytes: Uint8Array) => {
  const outcome = await outcomeOf(bytes);
  return outcome instanceof PictureError ? outcome.code : 'no error';
};

const differences = (a: Uint8Array, b: Uint8Array): { mean: number; of99Percent: number; most: number } => {
  const gaps = Array.from(a, (value, i) => Math.abs(value - (b[i] ?? 0))).toSorted((x, y) => x - y);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { mean, of99Percent: gaps[Math.floor(gaps.length * 0.99)] ?? 0, most: gaps.at(-1) ?? 0 };
};

/** Tolerance in levels of 255: libvips and Pillow round differently, and a large JPEG is shrunk while it is decoded. */
const MEAN_LEVELS = 1;
const LEVELS_OF_99_PERCENT = 6;

describe('pixels equal those of training', () => {
  it.each([
    ['photos/cat.jpg', 224],
    ['photos/rocket.jpg', 224],
    ['photos/raccoon.jpg', 96],
    ['goldens/coffee.png', 96],
  ])('%s at %i px', async (photo, side) => {
    const name = photo.replace(/.*\/|\.\w+$/g, '');
    const golden = await sharp(fixture(`goldens/${name}-${side}.png`))
      .raw()
      .toBuffer();
    const pixels = await pixelsOf(fixture(photo), square(side));
    const { mean, of99Percent } = differences(pixels, golden);
    expect(pixels.length).toBe(golden.length);
    expect(mean).toBeLessThanOrEqual(MEAN_LEVELS);
    expect(of99Percent).toBeLessThanOrEqual(LEVELS_OF_99_PERCENT);
  });
});

describe('pixels equal those of Pillow to the last bit', () => {
  // sha256 of Image.open(photo).convert('RGB').resize((side, side), filter).tobytes(), Pillow 13.0.0
  it.each([
    ['cat', 64, 'pillow-bicubic', 'd3bb48fb1a1be36af83a799781bf760ab551603c45479a85d7003ed387ca60ca'],
    ['raccoon', 48, 'pillow-bilinear', 'a2cd4cc6151415e43f6ccc8eecd5b5469c139bd12c3e9e223e07402aa2f7eb55'],
    ['coffee', 100, 'pillow-lanczos', '4930d449e2583dbd151c51e39a0919ef9967a18ed3283a9404a6c5ac5a97994d'],
    ['cat', 768, 'pillow-bicubic', '72b9bc3574e22fdd8034bfa2ec067ff703874046c7220f85c661f8fe40ce379f'],
  ] as const)('%s at %i px with %s', async (photo, side, kernel, sha256) => {
    const { pixels, picture } = await decoded(fixture(`photos/${photo}.jpg`), { ...square(side), kernel });
    expect(digestOf(pixels)).toBe(sha256);
    expect(picture.dhash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('are no pixels of a damaged picture', async () => {
    const cut = fixture('photos/cat.jpg').subarray(0, 9000);
    await expect(decoded(cut, { ...square(32), kernel: 'pillow-bicubic' })).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});

describe('a picture is turned upright', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('with EXIF orientation %i', async (orientation) => {
    const upright = { data: corners(), ...CORNERS };
    const expected = await pixelsOf(await withOrientation(upright, 1), { ...square(0), ...CORNERS });
    expect(differences(expected, corners()).most).toBe(0);
    expect(await pixelsOf(await withOrientation(upright, orientation), { ...square(0), ...CORNERS })).toEqual(expected);
    const [small, smallUpright] = [await withOrientation(upright, orientation), await withOrientation(upright, 1)];
    expect(differences(await pixelsOf(small), await pixelsOf(smallUpright)).most).toBeLessThanOrEqual(1);
    expect(await pixelsOf(small, square(64))).toEqual(await pixelsOf(smallUpright, square(64)));
    expect((await decoded(small)).picture).toEqual({ ...(await decoded(smallUpright)).picture, ...CORNERS });
  });
});

describe("a picture's own facts", () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const)('are its upright size, and its format %s', async (format) => {
    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#00ff00' } });
    expect((await decoded(await picture.toFormat(format).toBuffer())).picture).toEqual({
      width: 40,
      height: 30,
      format,
      dhash: '0'.repeat(16),
      embedded: {},
    });
  });

  it('of an animation are those of its first frame', async () => {
    const frames = sharp(Buffer.alloc(4 * 6 * 3), { raw: { width: 4, height: 6, channels: 3, pageHeight: 3 } });
    expect((await decoded(await frames.gif({ loop: 0 }).toBuffer())).picture).toMatchObject({ width: 4, height: 3 });
  });
});

describe('a picture of any kind', () => {
  const red = sharp({ create: { width: 40, height: 30, channels: 3, background: '#ff0000' } });
  const clear = sharp({ create: { width: 40, height: 30, channels: 4, background: '#00000000' } });

  it.each([
    ['JPEG', red.clone().jpeg()],
    ['PNG', red.clone().png()],
    ['PNG with a palette', red.clone().png({ palette: true })],
    ['16 bit PNG', red.clone().toColourspace('rgb16').png()],
    ['WebP', red.clone().webp()],
    ['GIF', red.clone().gif()],
    ['AVIF', red.clone().avif()],
    ['TIFF', red.clone().tiff()],
    ['CMYK JPEG', red.clone().toColourspace('cmyk').jpeg()],
  ])('%s becomes red, green and blue', async (_, picture) => {
    const [r = 0, g = 0, b = 0] = await pixelsOf(await picture.toBuffer());
    expect(r).toBeGreaterThan(200);
    expect(Math.max(g, b)).toBeLessThan(60);
  });

  it('in greys has three equal channels', async () => {
    const pixels = await pixelsOf(await sharp(fixture('photos/cat.jpg')).greyscale().jpeg().toBuffer());
    expect(pixels.length).toBe(32 * 32 * 3);
    expect(pixels[0]).toBe(pixels[1]);
  });

  it('is put on white where it is transparent', async () => {
    expect([...new Set(await pixelsOf(await clear.png().toBuffer()))]).toEqual([255]);
  });

  it('shows its first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(12 * 3, 250), Buffer.alloc(12 * 3, 5)]);
    const animated = await sharp(frames, { raw: { width: 4, height: 6, channels: 3, pageHeight: 3 } })
      .gif({ loop: 0 })
      .toBuffer();
    expect(Math.min(...(await pixelsOf(animated)))).toBeGreaterThan(200);
  });
});

describe('what is no good picture has a reason', () => {
  it.each([
    ['no bytes', new Uint8Array(0), 'EMPTY'],
    ['text', Buffer.from('hello, this is not a picture'), 'UNSUPPORTED_FORMAT'],
    ['SVG', Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'), 'UNSUPPORTED_FORMAT'],
    ['HEIC', heicStart(), 'UNSUPPORTED_FORMAT'],
    ['PDF', Buffer.from('%PDF-1.7\n'), 'UNSUPPORTED_FORMAT'],
    ['a signature alone', Buffer.from([0xff, 0xd8, 0xff]), 'CORRUPT'],
    ['a cut JPEG', fixture('photos/cat.jpg').subarray(0, 9000), 'CORRUPT'],
    ['a cut PNG', fixture('goldens/coffee.png').subarray(0, 9000), 'CORRUPT'],
    ['too many bytes', new Uint8Array(DEFAULT_LIMITS.maxBytes + 1), 'TOO_MANY_BYTES'],
    ['1 x 40,000,000 pixels', pngOfSize(1, 40_000_000), 'TOO_MANY_PIXELS'],
    ['60,000 x 60,000 pixels', pngOfSize(60_000, 60_000), 'TOO_MANY_PIXELS'],
    ['8,000 x 8,000 pixels', pngOfSize(8_000, 8_000), 'TOO_MANY_PIXELS'],
  ])('%s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  it('HEIC says what to do about it', async () => {
    expect(String(await outcomeOf(heicStart()))).toContain('JPEG');
  });

  it.each(['photos/cat.jpg', 'goldens/coffee.png'])('damage to %s is told as CORRUPT or does no harm', async (photo) => {
    const sound = fixture(photo);
    const damage = fc.array(fc.tuple(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Uint8Array.from(sound);
        for (const [at, value] of changes) damaged[at] = value;
        const outcome = await outcomeOf(damaged);
        if (outcome instanceof Uint8Array) expect(outcome.length).toBe(32 * 32 * 3);
        else expect(outcome).toBeInstanceOf(PictureError);
      }),
      { numRuns: 30 },
    );
  });
});
