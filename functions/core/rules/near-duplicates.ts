// Pictures that look the same, by their difference hashes. Two hashes that differ in at most seven of 64 bits agree in at least one of eight
// bands of eight bits (pigeonhole), so only pictures that share a band are compared.
import type { Duplicate } from './verdict.ts';

/** Most bits in which duplicates may differ: more would need more bands. */
export const MOST_DISTANCE = 7;

/** Most duplicates of a picture that are told. */
const MOST_TOLD = 20;

/** A hash with fewer bits set is that of a plain picture, as of any other plain picture; then only the same bytes count. */
const LEAST_BITS = 4;

const BAND_DIGITS = 2;
const HEX = 16;
const DIGITS_PER_HALF = 8;

/** A picture to compare; `dhash` as 16 hexadecimal digits, `sha256` of its bytes. */
export type Hashed = { name: string; dhash: string; sha256: string };

const bitsOf = (word: number): number => {
  let bits = 0;
  for (let left = word; left !== 0; left &= left - 1) bits += 1;
  return bits;
};

const halves = (dhash: string): [number, number] => [
  Number.parseInt(dhash.slice(0, DIGITS_PER_HALF), HEX),
  Number.parseInt(dhash.slice(DIGITS_PER_HALF), HEX),
];

/** Bits that differ between two hashes of 16 hexadecimal digits. */
export const hashDistance = (a: string, b: string): number => {
  const [[a1, a2], [b1, b2]] = [halves(a), halves(b)];
  return bitsOf(a1 ^ b1) + bitsOf(a2 ^ b2);
};

const NO_BITS = '0'.repeat(HEX);

const isTelling = (dhash: string): boolean => hashDistance(dhash, NO_BITS) >= LEAST_BITS;

/** How far two pictures are apart; undefined when their hashes cannot tell. */
const distanceOf = (a: Hashed, b: Hashed): number | undefined => {
  if (a.sha256 === b.sha256) return 0;
  return isTelling(a.dhash) && isTelling(b.dhash) ? hashDistance(a.dhash, b.dhash) : undefined;
};

const bandsOf = ({ dhash, sha256 }: Hashed): string[] => [
  sha256,
  ...Array.from(
    { length: dhash.length / BAND_DIGITS },
    (_, band) => `${band}:${dhash.slice(band * BAND_DIGITS, (band + 1) * BAND_DIGITS)}`,
  ),
];

const near = (picture: Hashed, others: Iterable<Hashed>): Duplicate[] => {
  const found = [...others].flatMap((other) => {
    const distance = other === picture ? undefined : distanceOf(picture, other);
    return distance !== undefined && distance <= MOST_DISTANCE ? [{ name: other.name, distance }] : [];
  });
  return found.toSorted((a, b) => a.distance - b.distance).slice(0, MOST_TOLD);
};

/** Of each picture, in its place, those that look the same, nearest first: at most MOST_DISTANCE bits apart, at most 20. */
export const nearDuplicates = (pictures: readonly Hashed[]): Duplicate[][] => {
  const byBand = new Map<string, Hashed[]>();
  for (const picture of pictures) {
    for (const band of bandsOf(picture)) {
      const sharing = byBand.get(band);
      if (sharing === undefined) byBand.set(band, [picture]);
      else sharing.push(picture);
    }
  }
  return pictures.map((picture) => near(picture, new Set(bandsOf(picture).flatMap((band) => byBand.get(band) ?? []))));
};
