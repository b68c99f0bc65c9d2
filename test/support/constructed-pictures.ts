// Pictures that are made so that what rules measure of them is known, and what the real decoder and the real quality stage say of them.
import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { scratchFile } from '../../functions/adapters/model/scratch-file.ts';
import { decodeForAnalysis } from '../../functions/adapters/model/sharp-analysis.ts';
import { decodeForBoth } from '../../functions/adapters/model/sharp-both.ts';
import { qualityOf } from '../../functions/captioner/analysis/quality/quality-stage.ts';
import type { Facts } from '../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import type { RuleSubject } from '../../functions/core/rules/verdict.ts';
import { randomFrom } from './random.ts';

/** As the shipped captioner's. */
const SCRATCH = scratchFile();
const SPEC = { width: 256, height: 256, fit: 'fill', kernel: 'linear' } as const;
const CHANNELS = 3;
const LEVELS = 256;

/** An RGB colour, 0..255. */
export type Rgb = readonly [number, number, number];

/** A rectangle in px: left, top, width, height. */
export type Rectangle = readonly [number, number, number, number];

/** White. */
export const WHITE: Rgb = [255, 255, 255];

/** One colour. */
export const plain = (width: number, height: number, [r, g, b]: Rgb): Sharp =>
  sharp({ create: { width, height, channels: CHANNELS, background: { r, g, b } } });

/** Blocks of `block` px of random colours from `from` to `to` (exclusive); the same for the same size. */
export const blocks = (width: number, height: number, block = 8, from = 0, to = LEVELS): Sharp => {
  const random = randomFrom(width * LEVELS + height);
  const wide = Math.ceil(width / block);
  const colours = Array.from({ length: wide * Math.ceil(height / block) * CHANNELS }, () => Math.floor(from + random() * (to - from)));
  const data = new Uint8Array(width * height * CHANNELS);
  for (let i = 0; i < data.length; i += 1) {
    const pixel = Math.floor(i / CHANNELS);
    const cell = Math.floor(Math.floor(pixel / width) / block) * wide + Math.floor((pixel % width) / block);
    data[i] = colours[cell * CHANNELS + (i % CHANNELS)] ?? 0;
  }
  return sharp(data, { raw: { width, height, channels: CHANNELS } });
};

const laidAt = async (thing: Sharp, left: number, top: number): Promise<OverlayOptions> => ({
  input: await thing.png().toBuffer(),
  left,
  top,
});

/** A picture with things laid over it at places in px; losslessly, so that it can be encoded once more. */
export const over = async (below: Sharp, ...things: readonly (readonly [Sharp, number, number])[]): Promise<Sharp> => {
  const laid = await Promise.all(things.map(([thing, left, top]) => laidAt(thing, left, top)));
  return sharp(await below.composite(laid).png().toBuffer());
};

/** A product of random dark colours on a ground of one colour, which is white when left out. */
export const product = (width: number, height: number, [left, top, wide, high]: Rectangle, ground: Rgb = WHITE): Promise<Sharp> =>
  over(plain(width, height, ground), [blocks(wide, high, 8, 0, 160), left, top]);

/** What rules know of a file: the decoder's and the quality stage's words, and facts that the maker of the picture knows. */
export const known = async (picture: Sharp | Uint8Array, name = 'picture.png', facts: Facts = {}): Promise<RuleSubject> => {
  const bytes = picture instanceof Uint8Array ? picture : await picture.png().toBuffer();
  const { decoded, shared } = await decodeForBoth(bytes, SPEC, DEFAULT_LIMITS, SCRATCH);
  const { width, height, format, dhash } = decoded.picture;
  const quality = qualityOf(await decodeForAnalysis(bytes, DEFAULT_LIMITS, shared));
  return { name, file: { bytes: bytes.length, width, height, format, dhash }, facts: { quality, ...facts } };
};
