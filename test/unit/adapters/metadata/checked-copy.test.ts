// The check before a copy is kept: it finds what a wrong writer would do.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { checkCopy } from '../../../../functions/adapters/metadata/checked-copy.ts';
import { copyWithTexts } from '../../../../functions/adapters/metadata/file-text-writer.ts';
import { TEXTS } from '../../../support/embed-files.ts';
import { CORNERS, corners } from '../../../support/pictures.ts';

const base = () => sharp(corners(), { raw: { ...CORNERS, channels: 3 } });
const frames = async (hues: number[]) => {
  const pictures = await Promise.all(hues.map((hue) => base().modulate({ hue }).png().toBuffer()));
  return sharp(pictures, { join: { animated: true } })
    .webp({ lossless: true })
    .toBuffer();
};
const withTexts = (bytes: Uint8Array, format: 'png' | 'webp' | 'jpeg' = 'png'): Uint8Array => copyWithTexts(bytes, format, TEXTS);

describe('a copy', () => {
  it('is taken when it is right', async () => {
    const png = await base().png().toBuffer();
    await expect(checkCopy(png, withTexts(png), TEXTS)).resolves.toBeUndefined();
  });

  it.each([
    [
      'one pixel',
      async () => [
        await base().png().toBuffer(),
        await sharp(corners().with(7, 1), { raw: { ...CORNERS, channels: 3 } })
          .png()
          .toBuffer(),
      ],
      'png',
      'differs in its pixels',
    ],
    ['a later frame', async () => [await frames([0, 90, 180]), await frames([0, 90, 200])], 'webp', 'differs in its pixels'],
    ['its size', async () => [await base().png().toBuffer(), await base().resize(20).png().toBuffer()], 'png', 'differs in other metadata'],
    [
      'its profile',
      async () => [await base().png().toBuffer(), await base().withIccProfile('p3').png().toBuffer()],
      'png',
      'differs in other metadata',
    ],
    [
      'its EXIF',
      async () => [
        await base().jpeg().toBuffer(),
        await base()
          .withExif({ IFD0: { Artist: 'Z' } })
          .jpeg()
          .toBuffer(),
      ],
      'jpeg',
      'differs in other metadata',
    ],
  ] as const)('is refused when another one has %s', async (_, files, format, why) => {
    const [original = Buffer.alloc(0), other = Buffer.alloc(0)] = await files();
    await expect(checkCopy(original, withTexts(other, format), TEXTS)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: `nothing was written, because the copy ${why}`,
    });
  });

  it('is taken with a text longer than the reader of uploads takes', async () => {
    const png = await base().png().toBuffer();
    const long = [{ lang: 'x-default', text: `${'\u{20bb7}'.repeat(4_100)}.` }];
    await expect(checkCopy(png, copyWithTexts(png, 'png', { ...TEXTS, long }), { ...TEXTS, long })).resolves.toBeUndefined();
  });

  it('is refused without its texts, or with others', async () => {
    const png = await base().png().toBuffer();
    const others = { ...TEXTS, alt: [{ lang: 'x-default', text: 'Another.' }] };
    await expect(checkCopy(png, png, TEXTS)).rejects.toThrow('does not give the texts back');
    await expect(checkCopy(png, withTexts(png), others)).rejects.toThrow('does not give the texts back');
    await expect(checkCopy(png, Buffer.from('nothing'), TEXTS)).rejects.toMatchObject({
      code: 'CORRUPT',
      message: 'the copy cannot be decoded',
    });
  });
});
