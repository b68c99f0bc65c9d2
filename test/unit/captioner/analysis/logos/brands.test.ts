// The list of brands: what it refuses, how points are kept as text, and which brand is nearest.
import { describe, expect, it } from 'vitest';
import {
  brandListSchema,
  nearestBrand,
  pointText,
  textPoint,
  unit,
  withBrand,
  withoutBrand,
} from '../../../../../functions/captioner/analysis/logos/brands.ts';

const point = (...values: number[]) => unit(Float32Array.from(values));
const list = (...names: string[]) => ({
  schemaVersion: 1 as const,
  points: 2,
  brands: names.map((name) => ({ name, point: pointText(point(1, 0)) })),
});

describe('a list of brands', () => {
  it('is taken as it is when names differ and points have the length that it says', () => {
    expect(brandListSchema.parse(list('Acme', 'Zeta')).brands.map(({ name }) => name)).toEqual(['Acme', 'Zeta']);
  });

  it('is refused with a name twice, whatever its case', () => {
    expect(() => brandListSchema.parse(list('Acme', 'ACME'))).toThrow('names acme twice');
  });

  it('is refused with a point of another length', () => {
    expect(() => brandListSchema.parse({ ...list('Acme'), points: 3 })).toThrow('another length for Acme');
  });

  it('is refused with a point that is not base64', () => {
    expect(() => brandListSchema.parse({ ...list(), brands: [{ name: 'Acme', point: '%%' }] })).toThrow();
  });

  it('takes a new brand at its place in the alphabet, and a known one instead of the old', () => {
    const grown = withBrand(list('acme', 'Zeta'), 'Moto', point(0, 1));
    expect(grown.brands.map(({ name }) => name)).toEqual(['acme', 'Moto', 'Zeta']);
    const renewed = withBrand(grown, 'ACME', point(0, 1));
    expect(renewed.brands.map(({ name }) => name)).toEqual(['ACME', 'Moto', 'Zeta']);
    expect([...textPoint(renewed.brands[0]?.point ?? '')]).toEqual([0, 1]);
  });

  it('loses a brand by its name in any case', () => {
    expect(withoutBrand(list('Acme', 'Zeta'), 'zeta').brands.map(({ name }) => name)).toEqual(['Acme']);
  });
});

describe('a point as text', () => {
  it('keeps its direction to within a hundredth', () => {
    const before = point(0.3, -0.8, 0.1, 0.5);
    const after = textPoint(pointText(before));
    expect(before.reduce((sum, value, i) => sum + value * (after[i] ?? 0), 0)).toBeGreaterThan(0.9999);
  });

  it('stays without a direction when it has none', () => {
    expect([...textPoint(pointText(Float32Array.of(0, 0)))]).toEqual([0, 0]);
  });
});

describe('the nearest brand', () => {
  const brands = [
    { name: 'East', point: point(1, 0) },
    { name: 'North', point: point(0, 1) },
    { name: 'West', point: point(-1, 0) },
  ];

  it('is the one with the largest cosine, with its lead over the next', () => {
    const nearest = nearestBrand(point(0.8, 0.6), brands);
    expect(nearest?.brand).toBe('East');
    expect(nearest?.cosine).toBeCloseTo(0.8);
    expect(nearest?.lead).toBeCloseTo(0.2);
  });

  it('is found wherever it stands in the list', () => {
    expect(nearestBrand(point(-1, 0.1), brands)?.brand).toBe('West');
    expect(nearestBrand(point(-1, 0.1), brands)?.lead).toBeCloseTo(0.896, 2);
  });

  it('leads over the opposite where it is the only one, and is none where there are none', () => {
    expect(nearestBrand(point(1, 0), brands.slice(0, 1))?.lead).toBeCloseTo(2);
    expect(nearestBrand(point(1, 0), [])).toBeUndefined();
  });
});
