// The shipped package of the logo stage on photos with real marks put on them, and a brand that it learns from an SVG alone.
import { cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { brandPackage } from '../../functions/adapters/brands/brand-package.ts';
import { drawMark } from '../../functions/adapters/brands/svg-mark.ts';
import { onnxRun } from '../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../functions/adapters/model/package-folder.ts';
import { logosStage } from '../../functions/captioner/analysis/logos/logos-stage.ts';
import { overlapOf } from '../../functions/captioner/analysis/logos/mark-boxes.ts';
import { openStagePackage } from '../../functions/captioner/analysis/stage-package.ts';
import type { Box } from '../../functions/core/facts/facts.ts';
import { temporaryFolder } from '../support/tiny-package.ts';

const PACKAGE = fileURLToPath(new URL('../../models/logos', import.meta.url));
const ICONS = dirname(createRequire(import.meta.url).resolve('simple-icons/icons/nike.svg'));
const [WIDTH, HEIGHT] = [640, 480];

const stageOf = async (folder: string) =>
  logosStage(await openStagePackage(packageFolder(folder), 'logos', (graph) => onnxRun(graph, { provider: 'cpu', threads: 1 })));

/** Grey cloth-like ground with a darker band: nothing on it is a mark. */
const ground = () => {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let i = 0; i < WIDTH * HEIGHT; i += 1) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    data.fill(Math.round(150 + 20 * Math.sin(x / 40) + 15 * Math.sin(y / 25 + x / 90)), i * 3, i * 3 + 3);
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
};

/** The ground with a mark, white, `wide` px wide at (left, top), and the mark's box in fractions. */
const withMark = async (icon: string, left: number, top: number, wide: number) => {
  const { data, width, height } = await drawMark(await readFile(join(ICONS, `${icon}.svg`)));
  const white = Uint8Array.from(data, (value, i) => (i % 4 === 3 ? value : 250));
  const mark = await sharp(white, { raw: { width, height, channels: 4 } })
    .resize(wide)
    .png()
    .toBuffer({ resolveWithObject: true });
  const high = mark.info.height;
  const pixels = await ground()
    .composite([{ input: mark.data, left, top }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { pixels, box: [left / WIDTH, top / HEIGHT, wide / WIDTH, high / HEIGHT] as Box };
};

const inputOf = (pixels: Uint8Array) => ({
  pixels: { data: new Uint8Array(pixels), width: WIDTH, height: HEIGHT },
  size: { width: WIDTH, height: HEIGHT },
  encoding: { hasAlpha: false },
  found: {},
});

const corners = ([left, top, width, height]: Box) => ({ left, top, right: left + width, bottom: top + height });

describe('the package of the logo stage', () => {
  it.each([
    ['nike', 'Nike', 200, 150, 180],
    ['starbucks', 'Starbucks', 380, 60, 150],
    ['volkswagen', 'Volkswagen', 60, 260, 140],
    ['jeep', 'Jeep', 300, 300, 220],
  ])('finds the mark of %s where it is', async (icon, brand, left, top, wide) => {
    const { pixels, box } = await withMark(icon, left, top, wide);
    const { logos = [] } = await (await stageOf(PACKAGE)).run(inputOf(pixels));
    expect(logos.map((logo) => logo.brand)).toEqual([brand]);
    expect(logos[0]?.confidence).toBeGreaterThan(0.6);
    expect(overlapOf(corners(box), corners(logos[0]?.box ?? [0, 0, 0, 0]))).toBeGreaterThan(0.5);
  });

  it('finds nothing where there is nothing', async () => {
    const pixels = await ground().raw().toBuffer();
    expect(await (await stageOf(PACKAGE)).run(inputOf(pixels))).toEqual({ logos: [] });
  });

  it('knows the drawing of a brand that it has under another name, by its point', async () => {
    const folder = join(await temporaryFolder(), 'logos');
    await cp(PACKAGE, folder, { recursive: true });
    const { nearest } = await brandPackage(folder, ICONS).add('nike.svg', 'Swoosh');
    expect(nearest?.brand).toBe('Nike');
    expect(nearest?.cosine).toBeGreaterThan(0.97);
  });

  it('names a mark that no network has seen in training once it was given the SVG, and not before', async () => {
    const folder = join(await temporaryFolder(), 'logos');
    await cp(PACKAGE, folder, { recursive: true });
    const { pixels } = await withMark('gitkraken', 240, 120, 150);
    const before = await (await stageOf(folder)).run(inputOf(pixels));
    expect(before.logos).toEqual([]);
    await brandPackage(folder, ICONS).add('gitkraken.svg', 'GitKraken');
    const after = await (await stageOf(folder)).run(inputOf(pixels));
    expect(after.logos?.map(({ brand }) => brand)).toEqual(['GitKraken']);
  });
});
