// The even background of a picture, as behind a product: the one colour that most of the rim has, and all that is reached from there
// over pixels of that colour, or over steps too soft to be the edge of a thing (the fall of light, a soft shadow).
import type { Lab } from '../../../core/facts/colour-space.ts';
import { flood } from './flood.ts';
import type { SmallLab } from './small-lab.ts';

const CHANNELS = 3;

/** Share of the rim, from which a background counts as even: products that leave the picture on one side keep about 0.7. */
const EVEN_RIM_SHARE = 0.5;

/** Distances in CIELAB (CIE 1976). Rim: what is of the rim's one colour. */
const RIM_DELTA = 8;
/** Flood: what is always background lies between these, by how even the rim is: white things on pure white differ by 3. */
const LEAST_SAME_DELTA = 2;
const MOST_SAME_DELTA = 5;
const SAME_PER_SPREAD = 2;
/** Flood: what is background when the step from the neighbour is soft. */
const FAR_DELTA = 20;
const SOFT_STEP = 1.2;

/** Cells of the histogram that finds the rim's colour, in units of CIELAB. */
const CELL = 8;
const MEANS = 4;

/** The rim: how much of it is of one colour, that colour, and which pixels it is (places in the small copy). */
export type Rim = { share: number; lab: Lab; places: number[] };

const placesOfRim = (width: number, height: number): number[] => {
  const places: number[] = [];
  for (let x = 0; x < width; x += 1) places.push(x, (height - 1) * width + x);
  for (let y = 1; y + 1 < height; y += 1) places.push(y * width, y * width + width - 1);
  return [...new Set(places)];
};

const labAt = (lab: Float32Array, place: number): Lab => [
  lab[place * CHANNELS] as number,
  lab[place * CHANNELS + 1] as number,
  lab[place * CHANNELS + 2] as number,
];

const length = (l: number, a: number, b: number): number => Math.sqrt(l * l + a * a + b * b);

const deltaAt = (lab: Float32Array, place: number, [l, a, b]: Lab): number =>
  length((lab[place * CHANNELS] as number) - l, (lab[place * CHANNELS + 1] as number) - a, (lab[place * CHANNELS + 2] as number) - b);

const meanOf = (lab: Float32Array, places: readonly number[]): Lab => {
  const sum = [0, 0, 0] as [number, number, number];
  for (const place of places) for (let c = 0; c < CHANNELS; c += 1) sum[c] = (sum[c] as number) + (lab[place * CHANNELS + c] as number);
  return [sum[0] / places.length, sum[1] / places.length, sum[2] / places.length];
};

/** The places in the fullest cell. */
const fullestCell = (lab: Float32Array, places: readonly number[]): number[] => {
  const cells = new Map<string, number[]>();
  for (const place of places) {
    const key = labAt(lab, place)
      .map((value) => Math.round(value / CELL))
      .join();
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [place]);
    else cell.push(place);
  }
  return [...cells.values()].reduce((fullest, cell) => (cell.length > fullest.length ? cell : fullest));
};

/** The rim's one colour: the fullest cell, moved to the mean of what is near it. */
export const rimOf = ({ lab, width, height }: SmallLab): Rim => {
  const rim = placesOfRim(width, height);
  let places = fullestCell(lab, rim);
  let colour = meanOf(lab, places);
  for (let i = 0; i < MEANS; i += 1) {
    const near = rim.filter((place) => deltaAt(lab, place, colour) <= RIM_DELTA);
    if (near.length === 0) break;
    places = near;
    colour = meanOf(lab, places);
  }
  return { share: places.length / rim.length, lab: colour, places };
};

/** How far from the rim's colour the background goes by itself. */
const sameDelta = (lab: Float32Array, rim: Rim): number => {
  const spread = rim.places.reduce((sum, place) => sum + deltaAt(lab, place, rim.lab), 0) / rim.places.length;
  return Math.min(MOST_SAME_DELTA, Math.max(LEAST_SAME_DELTA, spread * SAME_PER_SPREAD));
};

/** Distance between two pixels. */
const stepBetween = (lab: Float32Array, one: number, other: number): number =>
  length(
    (lab[one * CHANNELS] as number) - (lab[other * CHANNELS] as number),
    (lab[one * CHANNELS + 1] as number) - (lab[other * CHANNELS + 1] as number),
    (lab[one * CHANNELS + 2] as number) - (lab[other * CHANNELS + 2] as number),
  );

/** 1 where the even background is, uint8 [height, width]; undefined when the rim is not even. */
export const backgroundOf = (small: SmallLab, rim: Rim): Uint8Array | undefined => {
  if (rim.share < EVEN_RIM_SHARE) return undefined;
  const { lab } = small;
  const same = sameDelta(lab, rim);
  const mask = new Uint8Array(small.width * small.height);
  for (const place of rim.places) mask[place] = 1;
  flood(rim.places, small, (place, from) => {
    if (mask[place] === 1) return false;
    const far = deltaAt(lab, place, rim.lab);
    if (far > same && (far > FAR_DELTA || stepBetween(lab, place, from) > SOFT_STEP)) return false;
    mask[place] = 1;
    return true;
  });
  return mask;
};
