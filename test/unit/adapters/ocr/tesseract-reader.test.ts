import { createRequire } from 'node:module';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { type TesseractFiles, tesseractFiles } from '../../../../functions/adapters/ocr/tesseract-core.ts';
import { tesseractReader } from '../../../../functions/adapters/ocr/tesseract-reader.ts';
import { LINE_PX } from '../../../../functions/captioner/analysis/text/cut-line.ts';
import type { LineImage } from '../../../../functions/core/facts/text-reader.ts';

const TIMEOUT_MS = 60_000;

/** A line as the stage cuts it, drawn by librsvg: the ink all but fills it. */
const lineOf = async (text: string): Promise<LineImage> => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${40 + text.length * 24}" height="52"><rect width="100%" height="100%" fill="#fff"/><text x="14" y="38" font-family="DejaVu Sans, sans-serif" font-size="34">${text}</text></svg>`;
  const ink = await sharp(Buffer.from(svg))
    .trim({ background: '#fff' })
    .extend({ top: 4, bottom: 4, left: 4, right: 4, background: '#fff' })
    .toBuffer();
  const { data, info } = await sharp(ink).resize({ height: LINE_PX }).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data: Uint8Array.from(data), width: info.width, height: info.height };
};

const reader = tesseractReader(TIMEOUT_MS);

afterAll(() => reader.close());

describe('Tesseract', () => {
  it(
    'reads lines in their order, tells known words from others, and nothing from an empty line',
    async () => {
      const empty = { data: new Uint8Array(120 * 52).fill(255), width: 120, height: 52 };
      const [first, blank, last] = await reader.read([await lineOf('Fresh bread'), empty, await lineOf('Happy 247')]);
      expect(first?.words.map(({ text, known }) => [text, known])).toEqual([
        ['Fresh', true],
        ['bread', true],
      ]);
      expect(first?.lang).toBe('en');
      expect(Math.min(...(first?.words ?? []).map(({ confidence }) => confidence))).toBeGreaterThan(0.8);
      expect(blank?.words).toEqual([]);
      expect(last?.words.map(({ text, known }) => [text, known])).toEqual([
        ['Happy', true],
        ['247', false],
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'answers requests that overlap, each with its own lines',
    async () => {
      const lines = await Promise.all(['first day', 'last day'].map(lineOf));
      const answers = await Promise.all(lines.map((line) => reader.read([line])));
      expect(answers.map(([line]) => line?.words.map(({ text }) => text).join(' '))).toEqual(['first day', 'last day']);
    },
    TIMEOUT_MS,
  );

  it('names engine and data with their versions', () => {
    expect(reader.by).toMatch(/^tesseract\.js-core@\d+\.\d+\.\d+\+eng@\d+\.\d+\.\d+$/);
  });

  it('is ended when it takes too long, and begins anew for the next picture', async () => {
    const hasty = tesseractReader(1);
    const line = await lineOf('late');
    await expect(hasty.read([line])).rejects.toMatchObject({ code: 'INFERENCE_TIMEOUT', message: 'reading text took longer than 1 ms' });
    await expect(hasty.read([line])).rejects.toMatchObject({ code: 'INFERENCE_TIMEOUT' });
    await hasty.close();
  });

  it('passes on why the engine does not start', async () => {
    const files: TesseractFiles = { ...tesseractFiles(), data: '/nowhere/eng.traineddata.gz' };
    const broken = tesseractReader(TIMEOUT_MS, files);
    await expect(broken.read([await lineOf('a')])).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('/nowhere/'),
    });
    await broken.close();
  });

  it('tells before it starts which package is missing', () => {
    const resolve = createRequire(import.meta.url).resolve;
    const without = (name: string): string => {
      if (name.startsWith('@tesseract.js-data')) throw new Error('not found');
      return resolve(name);
    };
    expect(() => tesseractFiles(without)).toThrow('TEXT_READER: tesseract needs @tesseract.js-data/eng, which is not here');
    const elsewhere = (name: string): string => resolve(name.startsWith('@tesseract.js-data') ? 'tesseract.js-core/package.json' : name);
    expect(() => tesseractFiles(elsewhere)).toThrow('eng.traineddata.gz, which is not here');
  });
});
