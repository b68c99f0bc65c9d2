// The brands that the logo stage knows: brands.json of its package holds each name with its prototype, the point on the unit sphere
// where the embedder puts plain drawings of the mark. A point is kept as signed bytes, since only its direction counts.
import * as z from 'zod';

/** Most brands of a list: each crop is compared with all of them. */
const MAX_BRANDS = 5000;

/** Longest name of a brand, in UTF-16 units. */
const MAX_BRAND_NAME = 100;

/** Largest magnitude of a byte of a point. */
const FULL = 127;

const name = z.string().trim().min(1).max(MAX_BRAND_NAME);

/** brands.json: names are told apart without case; `point` is base64 of one signed byte for each number. */
export const brandListSchema = z
  .object({
    schemaVersion: z.literal(1),
    /** numbers of a point */
    points: z.int().min(1).max(4096),
    brands: z.array(z.object({ name, point: z.base64() })).max(MAX_BRANDS),
  })
  .check(({ value, issues }) => {
    const names = value.brands.map((brand) => brand.name.toLowerCase());
    const twice = names.find((one, i) => names.indexOf(one) !== i);
    if (twice !== undefined) issues.push({ code: 'custom', message: `names ${twice} twice`, path: ['brands'], input: value });
    const odd = value.brands.find(({ point }) => atob(point).length !== value.points);
    if (odd !== undefined)
      issues.push({ code: 'custom', message: `has a point of another length for ${odd.name}`, path: ['brands'], input: value });
  });

/** A checked list. */
export type BrandList = z.output<typeof brandListSchema>;

/** The same direction with length 1; a point without any direction stays. */
export const unit = (point: Float32Array): Float32Array => {
  const length = Math.hypot(...point);
  return length === 0 ? point : point.map((value) => value / length);
};

/** A point as text. */
export const pointText = (point: Float32Array): string => {
  const most = point.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  return btoa(String.fromCharCode(...Array.from(point, (value) => Math.round((value / most) * FULL) & 0xff)));
};

/** The unit vector that a text stands for. */
export const textPoint = (text: string): Float32Array => {
  const bytes = Int8Array.from(atob(text), (char) => char.charCodeAt(0));
  return unit(Float32Array.from(bytes));
};

/** The list with a brand put in by its name's place in the alphabet; an older one of that name is replaced. */
export const withBrand = (list: BrandList, brand: string, point: Float32Array): BrandList => {
  const others = withoutBrand(list, brand).brands;
  const brands = [...others, { name: brand, point: pointText(point) }].toSorted((a, b) =>
    a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
  );
  return { ...list, brands };
};

/** The list without a brand, whatever the case of its name. */
export const withoutBrand = (list: BrandList, brand: string): BrandList => ({
  ...list,
  brands: list.brands.filter(({ name: one }) => one.toLowerCase() !== brand.toLowerCase()),
});

/** The cosine of the angle between two unit vectors. */
export const cosineOf = (one: Float32Array, other: Float32Array): number => {
  const length = Math.min(one.length, other.length);
  let sum = 0;
  // thousands of points for each picture: no function for each number
  for (let i = 0; i < length; i += 1) sum += (one[i] as number) * (other[i] as number);
  return sum;
};

/** The brand whose prototype is nearest, its cosine, and how far the next one is behind. */
export type Nearest = { brand: string; cosine: number; lead: number };

/** Compares a unit vector with all prototypes; undefined when there are none. */
export const nearestBrand = (point: Float32Array, brands: readonly { name: string; point: Float32Array }[]): Nearest | undefined => {
  let best: { brand: string; cosine: number } | undefined;
  let second = -1;
  for (const { name: brand, point: prototype } of brands) {
    const cosine = cosineOf(prototype, point);
    if (best === undefined || cosine > best.cosine) {
      second = best?.cosine ?? second;
      best = { brand, cosine };
    } else second = Math.max(second, cosine);
  }
  return best === undefined ? undefined : { ...best, lead: best.cosine - second };
};
