// One decoding for captioner and analysis: the captioner's pixels stay the same to the last bit, whatever the picture.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { type ScratchFile, scratchFile } from '../../../../functions/adapters/model/scratch-file.ts';
import { decodeForAnalysis } from '../../../../functions/adapters/model/sharp-analysis.ts';
import { decodeForBoth } from '../../../../functions/adapters/model/sharp-both.ts';
import { decodePicture, type PixelSpec } from '../../../../functions/adapters/model/sharp-pixels.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';

/** Every so many bytes of two pictures are compared: enough, as each turn and mirror differs everywhere. */
const STEP = 97;
const SPEC: PixelSpec = { width: 256, height: 256, fit: 'fill', kernel: 'cubic' };
const COVER: PixelSpec = { ...SPEC, width: 128, fit: 'cover' };
const photo = readFileSync(new URL('../../../fixtures/photos/raccoon.jpg', import.meta.url));
const scratch = scratchFile();
const both = (bytes: Uint8Array, spec = SPEC, file = scratch) => decodeForBoth(bytes, spec, DEFAULT_LIMITS, file);

/** The photo in another size, as the file of a camera. */
const jpeg = (width: number, height: number, orientation = 1, change = (picture: Sharp) => picture): Promise<Buffer> =>
  change(sharp(photo).resize(width, height, { fit: 'fill', kernel: 'linear' }))
    .withMetadata({ orientation })
    .jpeg({ quality: 88 })
    .toBuffer();

/** The shared pixels' longer side, after it was seen that the captioner's part is what it is alone. */
const sharedSide = async (bytes: Uint8Array, spec = SPEC): Promise<number | undefined> => {
  const { decoded, shared } = await both(bytes, spec);
  const alone = await decodePicture(bytes, spec, DEFAULT_LIMITS);
  expect(decoded.picture).toEqual(alone.picture);
  expect(Buffer.compare(decoded.pixels, alone.pixels)).toBe(0);
  return shared && Math.max(shared.width, shared.height);
};

describe.runIf(scratch)('one decoding for both', () => {
  it.each([
    [640, 480, 640],
    [1000, 1000, 1000],
    [1500, 1023, 1500],
    [1921, 1081, 960],
    [2047, 1536, 1023],
    [4003, 3001, 1000],
    [7200, 4100, 900],
  ])('shrinks %i x %i px to %i px and leaves the pixels of the captioner', async (width, height, side) => {
    expect(await sharedSide(await jpeg(width, height))).toBe(side);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns what EXIF calls %i upright', async (orientation) => {
    const bytes = await jpeg(2048, 1400, orientation);
    expect(await sharedSide(bytes)).toBe(1024);
    const { shared } = await both(bytes);
    const one = await decodeForAnalysis(bytes, DEFAULT_LIMITS, shared);
    const own = await decodeForAnalysis(bytes, DEFAULT_LIMITS);
    expect([one.pixels.width, one.pixels.height, one.encoding]).toEqual([own.pixels.width, own.pixels.height, own.encoding]);
    let gap = 0;
    for (let i = 0; i < own.pixels.data.length; i += STEP) gap += Math.abs((own.pixels.data[i] ?? 0) - (one.pixels.data[i] ?? 0));
    gap /= own.pixels.data.length / STEP;
    expect(gap).toBeLessThan(2);
  });

  it.each<[string, (picture: Sharp) => Sharp]>([
    ['grey', (picture) => picture.greyscale()],
    ['CMYK', (picture) => picture.toColourspace('cmyk')],
    ['with a profile', (picture) => picture.withIccProfile('p3')],
  ])('takes pictures that are %s', async (_, change) => {
    expect(await sharedSide(await jpeg(2000, 1500, 1, change))).toBe(1000);
  });

  it('covers and cuts as before', async () => {
    expect(await sharedSide(await jpeg(700, 500), COVER)).toBe(700);
  });

  it('gives the analysis the very pixels that it had of a small picture', async () => {
    const { shared } = await both(photo);
    const own = await decodeForAnalysis(photo, DEFAULT_LIMITS);
    const one = await decodeForAnalysis(photo, DEFAULT_LIMITS, shared);
    expect({ ...one.pixels, same: Buffer.compare(one.pixels.data, own.pixels.data) }).toMatchObject({ ...own.pixels, same: 0 });
    const large = await decodeForAnalysis(photo, DEFAULT_LIMITS, { data: new Uint8Array(2048 * 4 * 3), width: 2048, height: 4 });
    expect(large.pixels).toMatchObject({ width: 1024, height: 2 });
  });

  it('keeps no bytes of one picture for the next', async () => {
    const first = await both(await jpeg(2400, 1800));
    const second = await both(await jpeg(2400, 1800, 1, (picture) => picture.negate()));
    expect(Buffer.compare(first.shared?.data ?? photo, second.shared?.data ?? photo)).not.toBe(0);
  });

  it('is refused for a damaged file', async () => {
    const bytes = await jpeg(2400, 1800);
    await expect(both(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(both(await jpeg(2400, 1800))).resolves.toHaveProperty('shared.width', 1200);
  });
});

describe('a decoding for each', () => {
  it.each<[string, () => Promise<Uint8Array>, PixelSpec]>([
    ['the decoder would shrink it to much less than the analysis wants', () => jpeg(1100, 1100), SPEC],
    ['it is very long', () => jpeg(400, 2000), SPEC],
    ['it would have to be held as a whole and is large', () => jpeg(9000, 1000), { ...SPEC, width: 2048 }],
    ['it is smaller than the captioner wants', () => jpeg(200, 300), SPEC],
    ['it is turned and to be cut', () => jpeg(700, 500, 6), COVER],
    ['it is no JPEG', () => sharp(photo).png().toBuffer(), SPEC],
    ['sums of steps would be rounded', () => Promise.resolve(photo), { ...SPEC, width: 224, height: 224 }],
    ['it is resized as Pillow does', () => Promise.resolve(photo), { ...SPEC, width: 32, height: 32, kernel: 'pillow-bicubic' }],
  ])('is made where %s', async (_, make, spec) => {
    expect(await sharedSide(await make(), spec)).toBeUndefined();
  });

  it('is made of large pictures where there is no file for the decoder', async () => {
    const full: ScratchFile = { hold: () => undefined, clear() {} };
    const bytes = await jpeg(2400, 1800);
    expect(await both(bytes, SPEC, full)).not.toHaveProperty('shared');
    expect(await decodeForBoth(bytes, SPEC, DEFAULT_LIMITS, undefined)).not.toHaveProperty('shared');
    expect(await decodeForBoth(photo, SPEC, DEFAULT_LIMITS, undefined)).toHaveProperty('shared');
  });
});

describe.runIf(scratch)('the file for the decoder', () => {
  it('has no name, and holds what it was given last', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scratch-'));
    const file = scratchFile(folder);
    expect(readdirSync(folder)).toEqual([]);
    file?.hold(Uint8Array.of(1, 2, 3, 4));
    const path = file?.hold(Uint8Array.of(5, 6)) ?? '';
    expect([...readFileSync(path)]).toEqual([5, 6]);
    file?.clear();
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('is not there where nothing may be written', () => {
    expect(scratchFile('/proc/no/such/folder')).toBeUndefined();
  });
});
