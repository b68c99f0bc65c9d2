import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CostSettings, type Load, monthlyCost, total } from '../../infra/cost.ts';
import { costTable } from '../../infra/cost-table.ts';

const settings: CostSettings = {
  architecture: 'arm64',
  gpu: 'off',
  gpuInstanceTypes: ['g6.xlarge'],
  ingestMemoryMb: 1024,
  lookupMemoryMb: 1024,
};
const load: Load = {
  images: 1_000_000,
  lookupsPerImage: 0,
  ingestSeconds: 1,
  refinedShare: 0.5,
  gpuImagesPerSecond: 10,
  gpuWakes: 0,
  gpuMinutesPerWake: 0,
};

describe('monthlyCost', () => {
  it('charges a million seconds of a gigabyte at the price of the architecture', () => {
    const arm = monthlyCost(settings, load).Lambda;
    const requests = (1_000_000 / 3) * 0.2e-6;
    expect(arm - requests).toBeCloseTo(13.3334, 3);
    expect(monthlyCost({ ...settings, architecture: 'x64' }, load).Lambda).toBeGreaterThan(arm);
  });

  it('has no GPU cost when the GPU is off, and counts wakes when it is on', () => {
    expect(monthlyCost(settings, load).GPU).toBe(0);
    const on: CostSettings = { ...settings, gpu: 'on-demand' };
    // 500,000 pictures at 10 a second are 13.9 hours
    expect(monthlyCost(on, load).GPU).toBeCloseTo((50_000 / 3600) * 0.8048 * 1.12, 2);
    expect(monthlyCost(on, { ...load, gpuWakes: 60, gpuMinutesPerWake: 60 }).GPU).toBeGreaterThan(60 * 0.8);
    expect(monthlyCost({ ...on, gpu: 'spot' }, load).GPU).toBeLessThan(monthlyCost(on, load).GPU);
  });

  it('charges look-ups for API, table and function', () => {
    const without = monthlyCost(settings, load);
    const withLookups = monthlyCost(settings, { ...load, lookupsPerImage: 1 });
    expect(withLookups.API - without.API).toBeCloseTo(1, 6);
    expect(withLookups.DynamoDB - without.DynamoDB).toBeCloseTo(0.125, 6);
    expect(total(withLookups)).toBeGreaterThan(total(without) + 1);
  });
});

describe('costTable', () => {
  it.each(['off', 'spot'])('is in the README as it is computed, with gpu=%s', (gpu) => {
    expect(readFileSync('README.md', 'utf8')).toContain(costTable({ gpu }));
  });

  it('counts what is paid without a picture: alarms, metrics, dashboard, secret', () => {
    expect(total(monthlyCost(settings, { ...load, images: 0 }))).toBeCloseTo(1.1 + 2.4 + 3 + 0.4, 6);
  });

  it('has a row for each number of pictures', () => {
    expect(costTable({ images: '1000,2000' }).split('\n')).toHaveLength(4);
  });

  it.each([
    ['gpu', 'maybe', 'Expected off, spot, on-demand for --gpu but received "maybe"'],
    ['images', 'many', 'Expected a number of 0 or more for --images but received "many"'],
  ])('refuses a wrong --%s in one line', (flag, value, message) => {
    expect(() => costTable({ [flag]: value })).toThrow(message);
  });
});
