// Draws every mark of simple-icons (CC0) as a mask for training: node infra/brand-masks.ts FOLDER writes FOLDER/masks.bin, one bit a px, 256 x 256
// px a mark, longest side 236 px in the middle, and FOLDER/masks.tsv with slug and title in the same order. Read by models/training/logos/marks.py.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import * as z from 'zod';
import { drawMark } from '../functions/adapters/brands/svg-mark.ts';

const SIDE = 256;
const LONGEST = 236;
/** Opacity from which a px belongs to the mark, 0..255. */
const INK = 128;

const iconsSchema = z.array(z.object({ slug: z.string(), title: z.string() }));

const bitsOf = (grey: Uint8Array): Uint8Array => {
  const bits = new Uint8Array(grey.length / 8);
  grey.forEach((value, i) => {
    if (value >= INK) bits[i >> 3] = (bits[i >> 3] ?? 0) | (0x80 >> (i & 7));
  });
  return bits;
};

const maskOf = async (svg: Uint8Array): Promise<Uint8Array> => {
  const { data, width, height } = await drawMark(svg);
  const opacity = sharp(data, { raw: { width, height, channels: 4 } }).extractChannel(3);
  const fitted = await opacity.resize(LONGEST, LONGEST, { fit: 'inside' }).raw().toBuffer({ resolveWithObject: true });
  const [left, top] = [Math.floor((SIDE - fitted.info.width) / 2), Math.floor((SIDE - fitted.info.height) / 2)];
  const grey = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < fitted.info.height; y += 1) {
    grey.set(fitted.data.subarray(y * fitted.info.width, (y + 1) * fitted.info.width), (y + top) * SIDE + left);
  }
  return bitsOf(grey);
};

const folderOfIcons = dirname(createRequire(import.meta.url).resolve('simple-icons/icons/nike.svg'));
const [out = ''] = process.argv.slice(2);
if (out === '') throw new Error('Expected the folder to write to: node infra/brand-masks.ts FOLDER');
await mkdir(out, { recursive: true });
const icons = iconsSchema.parse(JSON.parse(await readFile(join(folderOfIcons, '../data/simple-icons.json'), 'utf8')));
const masks: Uint8Array[] = [];
for (const { slug } of icons) masks.push(await maskOf(await readFile(join(folderOfIcons, `${slug}.svg`))));
await writeFile(join(out, 'masks.bin'), Buffer.concat(masks));
await writeFile(join(out, 'masks.tsv'), `slug\ttitle\n${icons.map(({ slug, title }) => `${slug}\t${title}`).join('\n')}\n`);
