// Pictures that look the same, by their difference hashes. Two hashes that differ in at most seven of 64 bits agree in at least one of eight
// bands of eight bits (pigeonhole), so only pictures that share a band are compared.
import type { Duplicate } from './verdict.ts';

/** Most bits in which duplicates may differ: more would need more bands. */
export const MOST_DISTANCE = 7;

/** Most duplicates of a picture that are told. */
const MOST_TOLD = 20;

/**
 * A hash with fewer bits set, or fewer not set, is that of a plain picture, or of one that gets darker or lighter to the right all over, as of
 * any other such picture; then only the same bytes count.
 */
const LEAST_BITS = 4;
const BITS = 64;

const HEX = 16;
const DIGITS_PER_HALF = 8;
const BANDS_PER_HALF = 4;
const BAND_BITS = 8;
const BAND_MASK = 255;

/** A picture to compare; `dhash` as 16 hexadecimal digits, `sha256` of its bytes. */
export type Hashed = { name: string; dhash: string; sha256: string };

/** A hash as two numbers of 32 bits. */
type Halves = readonly [number, number];

/** A picture's place among all, and its hash. */
type Placed = { place: number; halves: Halves };

/** Bits that are set in 32: Warren, Hacker's Delight, 5-1. */
const bitsOf = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
};

const halvesOf = (dhash: string): Halves => [
  Number.parseInt(dhash.slice(0, DIGITS_PER_HALF), HEX) | 0,
  Number.parseInt(dhash.slice(DIGITS_PER_HALF), HEX) | 0,
];

const between = ([a1, a2]: Halves, [b1, b2]: Halves): number => bitsOf(a1 ^ b1) + bitsOf(a2 ^ b2);

/** Bits that differ between two hashes of 16 hexadecimal digits. */
export const hashDistance = (a: string, b: string): number => between(halvesOf(a), halvesOf(b));

const bandOf = (halves: Halves, band: number): number => {
  const half = halves[band < BANDS_PER_HALF ? 0 : 1];
  return (half >>> ((band % BANDS_PER_HALF) * BAND_BITS)) & BAND_MASK;
};

/** Whether a pair has been met in an earlier band already. */
const metBefore = (a: Halves, b: Halves, band: number): boolean => {
  for (let earlier = 0; earlier < band; earlier += 1) if (bandOf(a, earlier) === bandOf(b, earlier)) return true;
  return false;
};

type Near = (a: number, b: number, distance: number) => void;

/** Pairs of pictures that agree in a band, and were not met in an earlier one. */
const eachOfBand = (sharing: readonly Placed[], band: number, near: Near): void => {
  for (const [at, one] of sharing.entries()) {
    for (let i = at + 1; i < sharing.length; i += 1) {
      const other = sharing[i] as Placed;
      const distance = between(one.halves, other.halves);
      if (distance <= MOST_DISTANCE && !metBefore(one.halves, other.halves, band)) near(one.place, other.place, distance);
    }
  }
};

/** Pairs that are at most MOST_DISTANCE apart, each once. */
const eachPair = (pictures: readonly Placed[], near: Near): void => {
  for (let band = 0; band < BANDS_PER_HALF * 2; band += 1) {
    for (const sharing of Map.groupBy(pictures, ({ halves }) => bandOf(halves, band)).values()) eachOfBand(sharing, band, near);
  }
};

/** Pairs of pictures of the same bytes. */
const eachSame = (pictures: readonly (Placed & Hashed)[], near: Near): void => {
  for (const same of Map.groupBy(pictures, ({ sha256 }) => sha256).values()) {
    for (const [at, { place }] of same.entries()) for (const other of same.slice(at + 1, at + 1 + MOST_TOLD)) near(place, other.place, 0);
  }
};

const NOTHING: Halves = [0, 0];

type Found = { place: number; distance: number };

const isNearer = (a: Found, b: Found): boolean => a.distance < b.distance || (a.distance === b.distance && a.place < b.place);

/** Keeps the nearest, in order. */
const keep = (told: Found[], one: Found): void => {
  const before = told.findIndex((other) => isNearer(one, other));
  told.splice(before < 0 ? told.length : before, 0, one);
  told.length = Math.min(told.length, MOST_TOLD);
};

/** Of each picture, in its place, those that look the same, nearest first, then in their order: at most MOST_DISTANCE bits apart, at most 20. */
export const nearDuplicates = (pictures: readonly Hashed[]): Duplicate[][] => {
  const found = pictures.map((): Found[] => []);
  const both = (a: number, b: number, distance: number): void => {
    keep(found[a] as Found[], { place: b, distance });
    keep(found[b] as Found[], { place: a, distance });
  };
  const placed = pictures.map((picture, place) => ({ ...picture, place, halves: halvesOf(picture.dhash) }));
  const isTelling = ({ halves }: Placed): boolean => {
    const set = between(halves, NOTHING);
    return set >= LEAST_BITS && set <= BITS - LEAST_BITS;
  };
  eachPair(placed.filter(isTelling), both);
  eachSame(
    placed.filter((one) => !isTelling(one)),
    both,
  );
  return found.map((told) => told.map(({ place, distance }) => ({ name: (pictures[place] as Hashed).name, distance })));
};
