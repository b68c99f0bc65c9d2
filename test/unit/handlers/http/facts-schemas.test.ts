// All that the analysis can find is part of the API's contract, and nothing else is.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { factsSchema } from '../../../../functions/handlers/http/facts-schemas.ts';

const box = [0.1, 0.2, 0.3, 0.4] as const;

const ALL: Required<Facts> = {
  objects: [
    { label: 'zebra', confidence: 0.9, box, named: 0.7 },
    { label: 'cat', box },
  ],
  people: { count: 13, confidence: 0.8, orMore: true },
  attributes: { type: { value: 'shirt', confidence: 0.7 }, fit: { value: 'slim', confidence: 0.6 } },
  scene: [{ value: 'tennis', confidence: 0.8 }],
  colours: [{ name: 'green', share: 0.6, hex: '#00ff00', lab: [87.7, -86.2, 83.2] }],
  text: [{ text: 'ZOO', lang: 'en', confidence: 0.9, box }, { text: '7' }],
  logos: [{ brand: 'Acme', confidence: 0.95, box }],
  quality: {
    sharpness: 120,
    brightness: 99,
    contrast: 40,
    underexposed: 0,
    overexposed: 0.1,
    background: { share: 0.5, colour: '#ffffff', whiteDeltaE: 0.2 },
    subject: { share: 0.4, box },
    border: [0, 0, 0.1, 0],
    jpegQuality: 85,
    watermark: 0.1,
    hasAlpha: false,
  },
  dense: [{ text: 'A zebra.', confidence: 0.5, calibrated: false, box }],
  shots: [{ startMs: 0, endMs: 1000, text: 'A zebra.', confidence: 0.5 }],
  by: { objects: 'objects@1' },
  failed: { text: 'it hung' },
};

describe('the contract of facts', () => {
  it('has all that the analysis can find', () => {
    expect(factsSchema.parse(ALL)).toEqual(ALL);
    expect(factsSchema.parse({})).toEqual({});
  });

  it.each([
    ['a part', { weather: 'sunny' }],
    ['an attribute', { attributes: { price: { value: '7', confidence: 1 } } }],
    ['a stage', { by: { weather: 'weather@1' } }],
  ])('has no other (%s)', (_, facts) => {
    expect(factsSchema.safeParse(facts).success).toBe(false);
  });
});
