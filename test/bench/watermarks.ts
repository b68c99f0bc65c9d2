// How often a watermark is suspected, on photos as they are and with tiled words laid over them:
// `node test/bench/watermarks.ts DATA PHOTOS SPLIT MOST`, with the folder of the lists, that of the photos, a split, and photos a kind at most.
// The catalogues have no watermarks, so what is suspected on photos as they are is a false alarm.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { lumaOf } from '../../functions/captioner/analysis/quality/luma.ts';
import { watermarkOf } from '../../functions/captioner/analysis/quality/watermark.ts';
import type { AnalysisPixels } from '../../functions/captioner/analysis/stage.ts';
import { randomFrom } from '../support/random.ts';

const [data = '', photos = '', split = 'val', most = '100'] = process.argv.slice(2);

/** Suspicions whose shares are printed; packs of rules ask for at most the second. */
const LEVELS = [0.3, 0.5] as const;
const JPEG_QUALITY = 85;
const KINDS = ['fashion', 'abo', 'coco'] as const;
const LISTS = ['fashion_attributes.tsv', 'abo_attributes.tsv', 'captions.tsv'];
const INKS = ['#fff', '#777', '#000'];
const WORDS = ['SAMPLE', 'preview', '© shop', 'PROOF ONLY'];

/** Names of the photos of the split, each once, in an order that depends on the seed alone. */
const namesOf = async (kind: string): Promise<string[]> => {
  const texts = await Promise.all(LISTS.map((file) => readFile(join(data, file), 'utf8')));
  const rows = texts.flatMap((text) => text.split('\n').map((line) => line.split('\t')));
  const names = [
    ...new Set(rows.filter(([name, of]) => name?.startsWith(`${kind}/`) && of === split).map(([name = '']) => name)),
  ].toSorted();
  const random = randomFrom(7);
  return names
    .map((name) => ({ name, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, Number(most))
    .map(({ name }) => name);
};

const pixelsOf = async (bytes: Uint8Array): Promise<AnalysisPixels> => {
  const { data: rgb, info } = await sharp(bytes)
    .toColourspace('srgb')
    .flatten({ background: '#fff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: rgb, width: info.width, height: info.height };
};

/** Words tiled over the whole picture, of an ink, opacity, size, and turn of their own. */
const overlay = (width: number, height: number, opacity: number, random: () => number): Buffer => {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const tile = Math.min(width, height) * (0.2 + 0.2 * random());
  const [word, ink, turn] = [pick(WORDS), pick(INKS), pick([0, -30, -45, 20])];
  const text = `<text x="2" y="${tile * 0.4}" font-family="sans-serif" font-weight="bold" font-size="${(tile * 1.4) / word.length}" fill="${ink}" fill-opacity="${opacity}">${word}</text>`;
  const pattern = `<pattern id="p" width="${tile}" height="${tile * 0.6}" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn})">${text}</pattern>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${pattern}</defs><rect width="100%" height="100%" fill="url(#p)"/></svg>`,
  );
};

const marked = async ({ data: rgb, width, height }: AnalysisPixels, opacity: number, random: () => number): Promise<AnalysisPixels> => {
  const laid = sharp(rgb, { raw: { width, height, channels: 3 } }).composite([{ input: overlay(width, height, opacity, random) }]);
  return pixelsOf(await laid.removeAlpha().jpeg({ quality: JPEG_QUALITY }).toBuffer());
};

const shares = (values: readonly number[]): string =>
  LEVELS.map((level) => `${values.filter((value) => value > level).length}`.padStart(5)).join(' ');

for (const kind of KINDS) {
  const random = randomFrom(11);
  const found: Record<string, number[]> = { 'as it is': [], 'words 25 %': [], 'words 40 %': [] };
  const suspects: string[] = [];
  for (const name of await namesOf(kind)) {
    const pixels = await pixelsOf(await readFile(join(photos, name)));
    const plain = watermarkOf(lumaOf(pixels));
    if (plain > LEVELS[1]) suspects.push(name);
    found['as it is']?.push(plain);
    found['words 25 %']?.push(watermarkOf(lumaOf(await marked(pixels, 0.25, random))));
    found['words 40 %']?.push(watermarkOf(lumaOf(await marked(pixels, 0.4, random))));
  }
  for (const [what, values] of Object.entries(found))
    console.log(`${kind.padEnd(8)} ${what.padEnd(11)} of ${values.length}: over ${LEVELS.join(' and ')}: ${shares(values)}`);
  console.log(`  suspected as they are: ${suspects.slice(0, 40).join(' ')}`);
}
