// The pictures of a run, as files: JPEGs of a usual size, and the same shrunk to the model's size, which no contender resizes again.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const SAMPLES = fileURLToPath(new URL('../../fixtures/photos/', import.meta.url));
const PHOTO = { width: 640, height: 480, quality: 90 };
/** Parts of a sample that are cut out for the next picture, as a share of its sides. */
const CUTS = [1, 0.85, 0.7, 0.55];

/** Files of the run: `photos[i]` and `shrunk[i]` show the same. */
export type Pictures = { photos: string[]; shrunk: string[] };

const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => /\.jpe?g$/i.test(name))
    .toSorted()
    .map((name) => join(folder, name));

/** Another picture for each index: smaller and smaller cuts of the samples, every second one mirrored. */
const cut = async (file: string, turn: number): Promise<Buffer> => {
  const { width, height } = await sharp(file).metadata();
  const share = CUTS[turn % CUTS.length] ?? 1;
  const [cutWidth, cutHeight] = [Math.floor(width * share), Math.floor(height * share)];
  const picture = sharp(file)
    .extract({ left: width - cutWidth, top: height - cutHeight, width: cutWidth, height: cutHeight })
    .resize(PHOTO.width, PHOTO.height, { fit: 'cover' })
    .flop(Math.floor(turn / CUTS.length) % 2 === 1)
    .toColourspace('srgb');
  return await picture.jpeg({ quality: PHOTO.quality }).toBuffer();
};

/**
 * Writes the pictures of a run into a folder.
 * @param from a folder with JPEGs; left out, cuts of the sample photos in 640 x 480 px
 */
export const writePictures = async (
  folder: string,
  count: number,
  size: { width: number; height: number },
  from: string | undefined,
): Promise<Pictures> => {
  const sources = await filesOf(from ?? SAMPLES);
  if (sources.length === 0) throw new TypeError(`Expected JPEG files in ${from}`);
  const pictures: Pictures = { photos: [], shrunk: [] };
  for (let at = 0; at < count; at += 1) {
    const source = sources[at % sources.length] ?? '';
    const bytes = from === undefined ? await cut(source, Math.floor(at / sources.length)) : await readFile(source);
    const [photo, shrunk] = [join(folder, `${at}.jpg`), join(folder, `${at}.png`)];
    await writeFile(photo, bytes);
    await sharp(bytes).resize(size.width, size.height, { fit: 'fill' }).toColourspace('srgb').removeAlpha().png().toFile(shrunk);
    pictures.photos.push(photo);
    pictures.shrunk.push(shrunk);
  }
  return pictures;
};
