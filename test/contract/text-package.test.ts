// The shipped text package with Tesseract: signs that are drawn on a photo-like ground are read, in order and with boxes; the bare ground is not.
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { onnxRun } from '../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { tesseractReader } from '../../functions/adapters/ocr/tesseract-reader.ts';
import type { StageInput } from '../../functions/captioner/analysis/stage.ts';
import { openStagePackage } from '../../functions/captioner/analysis/stage-package.ts';
import { textStage } from '../../functions/captioner/analysis/text/text-stage.ts';

const PACKAGE = fileURLToPath(new URL('../../models/text', import.meta.url));
const [WIDTH, HEIGHT] = [640, 480];
const TIMEOUT_MS = 60_000;

const reader = tesseractReader(TIMEOUT_MS);
afterAll(() => reader.close());

const stage = async () =>
  textStage(await openStagePackage(packageFolder(PACKAGE), 'text', (graph) => onnxRun(graph, { provider: 'cpu', threads: 1 })), reader);

/** Soft stripes, as of cloth or water; nothing is written there. */
const ground = (): Sharp => {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let i = 0; i < WIDTH * HEIGHT; i += 1) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    data.fill(Math.round(120 + 25 * Math.sin(x / 40) + 15 * Math.sin(y / 25 + x / 90)), i * 3, i * 3 + 3);
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
};

const written = (words: string): Sharp => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><g font-family="DejaVu Sans, sans-serif" font-size="44" fill="#fff">${words}</g></svg>`;
  return ground().composite([{ input: Buffer.from(svg) }]);
};

const inputOf = async (picture: Sharp): Promise<StageInput> => ({
  pixels: { data: await picture.removeAlpha().raw().toBuffer(), width: WIDTH, height: HEIGHT },
  size: { width: WIDTH, height: HEIGHT },
  encoding: { hasAlpha: false },
  found: {},
});

describe('the text package', { timeout: TIMEOUT_MS }, () => {
  it('reads lines from top to bottom and says where they are', async () => {
    const picture = written('<text x="80" y="330">Fresh bread daily</text><text x="80" y="140">Open today</text>');
    const { text } = await (await stage()).run(await inputOf(picture));
    expect(text?.map((line) => [line.text, line.lang])).toEqual([
      ['Open today', 'en'],
      ['Fresh bread daily', 'en'],
    ]);
    const [left = 0, top = 0, width = 0, height = 0] = text?.[0]?.box ?? [];
    expect(Math.abs(left - 80 / WIDTH)).toBeLessThan(0.03);
    expect(top).toBeLessThan(110 / HEIGHT);
    expect(top + height).toBeGreaterThan(138 / HEIGHT);
    expect(width).toBeGreaterThan(0.3);
  });

  it('reads a tilted line, and one that stands upright', async () => {
    const tilted = written('<text x="90" y="150" transform="rotate(9 90 150)">Summer season</text>');
    expect((await (await stage()).run(await inputOf(tilted))).text?.map(({ text }) => text)).toEqual(['Summer season']);
    const upright = written('<text x="0" y="0" transform="translate(330 420) rotate(-90)">Garden centre</text>');
    expect((await (await stage()).run(await inputOf(upright))).text?.map(({ text }) => text)).toEqual(['Garden centre']);
  });

  it('says nothing of a ground without writing', async () => {
    expect(await (await stage()).run(await inputOf(ground()))).toEqual({ text: [] });
  });
});
