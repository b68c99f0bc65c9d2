// Things of a known colour, as a catalogue and as a street photo show them: silhouettes filled with the colour, lit unevenly, with the
// grain of cloth, before a ground, as JPEG. What is measured of them is known from how they were made.
import sharp, { type Sharp } from 'sharp';
import type { AnalysisPixels } from '../../functions/captioner/analysis/stage.ts';
import { hexOfRgb, type Rgb } from '../../functions/core/facts/colour-space.ts';
import type { Box } from '../../functions/core/facts/facts.ts';
import type { Random } from './random.ts';

const SIDE = 224;
const CHANNELS = 3;
const JPEG_QUALITY = 85;

/** Where the silhouettes are, in fractions. */
export const THING_BOX: Box = [0.2, 0.15, 0.6, 0.7];

const SHAPES = [
  '<rect x="20" y="15" width="60" height="70"/>',
  '<ellipse cx="50" cy="50" rx="30" ry="35"/>',
  '<path d="M35 15 L20 25 L24 42 L32 38 L32 85 L68 85 L68 38 L76 42 L80 25 L65 15 Q50 26 35 15 Z"/>',
  '<path d="M24 15 H64 V32 H80 V62 H64 V85 H24 Z"/>',
];

/** How a thing is shown: on white, on a grey that falls off as in a studio, or in a busy place, where an object's box is known. */
export type Place = 'white' | 'studio' | 'street';

/** Evenly lit for `flat`; else light falls off to 70 % across the thing, and it has a grain. */
export type Finish = 'flat' | 'cloth';

const ground = (place: Place, random: Random): string => {
  if (place === 'white') return '<rect width="100" height="100" fill="#fff"/>';
  if (place === 'studio')
    return '<radialGradient id="g"><stop offset="0" stop-color="#ecebe8"/><stop offset="1" stop-color="#c4c2bd"/></radialGradient><rect width="100" height="100" fill="url(#g)"/>';
  const byte = (): number => Math.floor(random() * 256);
  return Array.from(
    { length: 400 },
    (_, i) => `<rect x="${(i % 20) * 5}" y="${Math.floor(i / 20) * 5}" width="5" height="5" fill="rgb(${byte()},${byte()},${byte()})"/>`,
  ).join('');
};

const svg = (body: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" viewBox="0 0 100 100">${body}</svg>`);

const pixelsOf = async (picture: Sharp): Promise<AnalysisPixels> => {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

/** Darkens what the silhouette covers, pixel by pixel. */
const finished = ({ data, width, height }: AnalysisPixels, mask: AnalysisPixels, random: Random): AnalysisPixels => {
  const turn = random() * 2 * Math.PI;
  const out = data.slice();
  for (let i = 0; i < width * height; i += 1) {
    if ((mask.data[i * CHANNELS] as number) === 0) continue;
    const along = ((i % width) / width - 0.5) * Math.cos(turn) + (Math.floor(i / width) / height - 0.5) * Math.sin(turn);
    const light = Math.min(1, Math.max(0.7, 0.9 - along * 0.5));
    const grain = (random() + random() - 1) * 14;
    for (let c = 0; c < CHANNELS; c += 1) {
      const value = (data[i * CHANNELS + c] as number) * light + grain;
      out[i * CHANNELS + c] = Math.round(Math.min(255, Math.max(0, value)));
    }
  }
  return { data: out, width, height };
};

/** A picture of a thing of one colour. */
export const swatch = async (colour: Rgb, place: Place, finish: Finish, random: Random): Promise<AnalysisPixels> => {
  const shape = SHAPES[Math.floor(random() * SHAPES.length)] ?? '';
  const drawn = await pixelsOf(sharp(svg(`${ground(place, random)}<g fill="${hexOfRgb(colour)}">${shape}</g>`)));
  const mask = await pixelsOf(sharp(svg(`<rect width="100" height="100"/><g fill="#fff">${shape}</g>`)));
  const { data, width, height } = finish === 'flat' ? drawn : finished(drawn, mask, random);
  const jpeg = await sharp(data, { raw: { width, height, channels: CHANNELS } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  return await pixelsOf(sharp(jpeg));
};
