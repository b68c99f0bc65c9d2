// What colours and quality cost and how right they are: `node test/bench/measures.ts`. Prints CPU ms on one thread for the sample photos at
// 1,024 px, then delta E (CIEDE2000) and the share of right names for things made in each example of the palette.
import sharp from 'sharp';
import { coloursOf } from '../../functions/captioner/analysis/colours/colours-stage.ts';
import { qualityOf } from '../../functions/captioner/analysis/quality/quality-stage.ts';
import type { AnalysisPixels } from '../../functions/captioner/analysis/stage.ts';
import { labOfHex, rgbOfLab } from '../../functions/core/facts/colour-space.ts';
import { deltaE2000 } from '../../functions/core/facts/delta-e.ts';
import { PALETTE } from '../../functions/core/facts/palette.ts';
import { ANALYSIS_SIDE_PX } from '../../functions/core/facts/quality.ts';
import { randomFrom } from '../support/random.ts';
import { type Finish, type Place, swatch, THING_BOX } from '../support/swatches.ts';
import { samplePhotos } from './photos.ts';

const ROUNDS = 15;
const MICROS_PER_MS = 1000;

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

/** CPU ms of one call, the median of many. */
const cpuMs = (work: () => unknown): number => {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / MICROS_PER_MS;
  });
  return quantile(times, 0.5);
};

const pixelsOf = async (bytes: Uint8Array): Promise<AnalysisPixels> => {
  const picture = sharp(bytes).resize(ANALYSIS_SIDE_PX, ANALYSIS_SIDE_PX, { fit: 'inside' }).removeAlpha();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

const encoding = { hasAlpha: false };

/** New pixels each time, as nothing is known of them yet; quality after colours finds the ground measured. */
const both = (pixels: AnalysisPixels): void => {
  const fresh = { ...pixels };
  coloursOf({ pixels: fresh, found: {} });
  qualityOf({ pixels: fresh, encoding });
};

const cost = async (): Promise<void> => {
  const photos = await Promise.all((await samplePhotos()).map(({ bytes }) => pixelsOf(bytes)));
  const rows = photos.map((pixels) => ({
    colours: cpuMs(() => coloursOf({ pixels: { ...pixels }, found: {} })),
    quality: cpuMs(() => qualityOf({ pixels: { ...pixels }, encoding })),
    both: cpuMs(() => both(pixels)),
  }));
  for (const stage of ['colours', 'quality', 'both'] as const) {
    console.log(
      `${stage}: ${quantile(
        rows.map((row) => row[stage]),
        0.5,
      ).toFixed(1)} ms CPU, median of ${rows.length} photos`,
    );
  }
};

const accuracy = async (place: Place, finish: Finish): Promise<void> => {
  const random = randomFrom(11);
  const deltas: number[] = [];
  let right = 0;
  for (const { name, hex } of PALETTE.flatMap(({ name, examples }) => examples.map((hex) => ({ name, hex })))) {
    const pixels = await swatch(rgbOfLab(labOfHex(hex)), place, finish, random);
    const [first] = coloursOf({ pixels, found: place === 'street' ? { objects: [{ label: 'thing', box: THING_BOX }] } : {} });
    deltas.push(deltaE2000(first?.lab ?? [0, 0, 0], labOfHex(hex)));
    if (first?.name === name) right += 1;
  }
  const names = ((100 * right) / deltas.length).toFixed(1);
  console.log(
    `${place}, ${finish}: delta E ${quantile(deltas, 0.5).toFixed(2)} median, ${quantile(deltas, 0.9).toFixed(2)} at 90 %; ${names} % of ${deltas.length} names right`,
  );
};

await cost();
for (const place of ['white', 'studio', 'street'] as const) {
  for (const finish of ['flat', 'cloth'] as const) await accuracy(place, finish);
}
