// The pixels of the analysis: upright, on white, of a bounded size, and what the header tells about the encoding.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeForAnalysis } from '../../../../functions/adapters/model/sharp-analysis.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';

const photo = readFileSync(new URL('../../../fixtures/photos/cat.jpg', import.meta.url));
const plain = (width: number, height: number, background: string) => sharp({ create: { width, height, channels: 4, background } });

describe('decoding for the analysis', () => {
  it('scales large pictures down to the side that is analysed', async () => {
    const bytes = await plain(3000, 1500, '#ff0000').jpeg({ quality: 80, chromaSubsampling: '4:4:4' }).toBuffer();
    const { pixels, encoding } = await decodeForAnalysis(bytes, DEFAULT_LIMITS);
    expect({ ...pixels, data: pixels.data.length }).toEqual({ width: 1024, height: 512, data: 1024 * 512 * 3 });
    expect([...pixels.data.subarray(0, 3)]).toEqual([254, 0, 0]);
    expect(encoding).toEqual({ hasAlpha: false, jpegQuality: 80 });
  });

  it('leaves small ones as they are', async () => {
    const { pixels } = await decodeForAnalysis(await sharp(photo).png().toBuffer(), DEFAULT_LIMITS);
    const { data } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
    expect(Buffer.compare(pixels.data, data)).toBe(0);
  });

  it('turns them upright and puts them on white', async () => {
    const turned = await plain(40, 20, '#0000ff').withMetadata({ orientation: 6 }).png().toBuffer();
    expect((await decodeForAnalysis(turned, DEFAULT_LIMITS)).pixels).toMatchObject({ width: 20, height: 40 });
    const clear = await decodeForAnalysis(await plain(4, 4, '#00000000').png().toBuffer(), DEFAULT_LIMITS);
    expect([...clear.pixels.data]).toEqual(new Array(48).fill(255));
    expect(clear.encoding).toEqual({ hasAlpha: true });
  });

  it('is refused for what cannot be decoded', async () => {
    await expect(decodeForAnalysis(photo.subarray(0, 5000), DEFAULT_LIMITS)).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});
