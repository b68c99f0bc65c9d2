import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decoderProcess, type PixelDecoder } from '../../../../functions/adapters/model/decoder-process.ts';
import { decodePicture, type PixelSpec } from '../../../../functions/adapters/model/sharp-pixels.ts';
import { DEFAULT_LIMITS, type PictureLimits } from '../../../../functions/core/picture/picture-limits.ts';
import { heicStart } from '../../../support/pictures.ts';

const SPEC: PixelSpec = { width: 32, height: 32, fit: 'fill', kernel: 'cubic' };
/** Patient, so that a busy machine is not taken for a slow picture. */
const PATIENT: PictureLimits = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const photo = readFileSync(new URL('../../../fixtures/photos/cat.jpg', import.meta.url));
const MISBEHAVING = fileURLToPath(new URL('../../../support/misbehaving-decoder.ts', import.meta.url));

const started = (limits: PictureLimits = PATIENT, program?: string): PixelDecoder => {
  const decoder = decoderProcess(limits, { program });
  onTestFinished(() => decoder.close());
  return decoder;
};

/** About 48 megapixels of noise: no machine decodes it within a few milliseconds. */
const largePicture = (): Promise<Buffer> =>
  sharp({ create: { width: 8_000, height: 6_000, channels: 3, background: '#808080' } })
    .jpeg({ progressive: true })
    .toBuffer();

describe('the decoder process', () => {
  it('gives the same pixels and facts as decoding here', async () => {
    const { pixels, picture } = await started().decode(photo, SPEC);
    const here = await decodePicture(photo, SPEC, DEFAULT_LIMITS);
    expect(Buffer.compare(pixels, here.pixels)).toBe(0);
    expect(picture).toEqual(here.picture);
  });

  it('tells texts that are in the file', async () => {
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
      xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" c:AltTextAccessibility="A cat&apos;s face"/></rdf:RDF></x:xmpmeta>`;
    const { picture } = await started().decode(await sharp(photo).withXmp(xmp).jpeg().toBuffer(), SPEC);
    expect(picture.embedded).toEqual({ alt: { text: "A cat's face", lang: 'x-default' } });
  });

  it('tells the reason of a bad picture and goes on', async () => {
    const decoder = started();
    await expect(decoder.decode(heicStart(), SPEC)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    await expect(decoder.decode(photo.subarray(0, 5000), SPEC)).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(decoder.decode(photo, SPEC)).resolves.toHaveProperty('pixels.length', 32 * 32 * 3);
  });

  it('is killed when a picture takes too long, and replaced for the next one', async () => {
    const limits = { ...DEFAULT_LIMITS, decodeTimeoutMs: 20 };
    const decoder = started(limits);
    await expect(decoder.decode(await largePicture(), SPEC)).rejects.toMatchObject({ code: 'DECODE_TIMEOUT' });
    limits.decodeTimeoutMs = PATIENT.decodeTimeoutMs;
    await expect(decoder.decode(photo, SPEC)).resolves.toHaveProperty('pixels.length', 32 * 32 * 3);
  });

  it.each([
    [0, 'the decoder ended'],
    [1, 'a wrong number of pixels'],
    [2, 'nonsense'],
    [3, 'nonsense'],
    [4, 'nonsense'],
  ])('may misbehave without taking us with it (%i)', async (way, message) => {
    const decoder = started(PATIENT, MISBEHAVING);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(decoder.decode(Uint8Array.of(way), SPEC)).rejects.toMatchObject({
        code: 'DECODER_CRASHED',
        message: expect.stringContaining(message),
      });
    }
  });

  it('gives larger pixels for the analysis beside the first ones, which stay as they are', async () => {
    const decoder = started();
    const { pixels } = await decoder.decode(photo, SPEC);
    const { analysis, ...decoded } = await decoder.decode(photo, SPEC, true);
    expect(Buffer.compare(decoded.pixels, pixels)).toBe(0);
    expect(await analysis).toEqual({
      pixels: { data: expect.any(Uint8Array), width: 451, height: 300 },
      encoding: { hasAlpha: false, jpegQuality: expect.any(Number) },
      ms: expect.any(Number),
    });
    expect(await decoder.decode(photo, SPEC)).not.toHaveProperty('analysis');
  });

  it.each([
    [5, 'the decoder ended'],
    [6, 'a wrong number of pixels'],
    [7, 'nonsense'],
  ])('costs the analysis only when it misbehaves with the second pixels (%i)', async (way, message) => {
    const decoder = started(PATIENT, MISBEHAVING);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const { pixels, analysis } = await decoder.decode(Uint8Array.of(way), SPEC, true);
      expect(pixels).toHaveLength(32 * 32 * 3);
      expect(await analysis).toMatchObject({ code: 'DECODER_CRASHED', message: expect.stringContaining(message) });
    }
  });

  it('tells the reason of a bad picture and goes on also where it was to be analysed', async () => {
    const decoder = started();
    await expect(decoder.decode(heicStart(), SPEC, true)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    const { analysis } = await decoder.decode(photo, SPEC, true);
    await expect(analysis).resolves.toHaveProperty('pixels.width', 451);
  });

  it('keeps pictures apart whose second pixels are still to come', async () => {
    const decoder = started();
    const small = await sharp(photo).resize(40, 20, { fit: 'fill' }).png().toBuffer();
    const decoded = [await decoder.decode(photo, SPEC, true), await decoder.decode(small, SPEC, true), await decoder.decode(photo, SPEC)];
    const widths = await Promise.all(decoded.map(async ({ analysis }) => (await analysis) ?? {}));
    expect(widths).toMatchObject([{ pixels: { width: 451 } }, { pixels: { width: 40 } }, {}]);
    expect(decoded.map(({ picture }) => picture.width)).toEqual([451, 40, 451]);
  });

  it('that cannot start is no fault of the picture, which may be tried again', async () => {
    const decoder = started(PATIENT, '/does/not/exist.ts');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(decoder.decode(photo, SPEC)).rejects.toMatchObject({ code: 'INTERNAL', retryable: true });
    }
  });
});
