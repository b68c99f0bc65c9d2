import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CostSettings, type Load, monthlyCost, total } from '../../infra/cost.ts';
import { costTable } from '../../infra/cost-table.ts';

const settings: CostSettings = {
  architecture: 'arm64',
  gpu: 'off',
  workerOn: 'gpu',
  gpuInstanceTypes: ['g6.xlarge'],
  cpuInstanceTypes: ['c7i.2xlarge'],
  ingestMemoryMb: 1024,
  lookupMemoryMb: 1024,
};
const load: Load = {
  images: 1_000_000,
  lookupsPerImage: 0,
  ingestSeconds: 1,
  refinedShare: 0.5,
  workerImagesPerSecond: 10,
  gpuWakes: 0,
  gpuMinutesPerWake: 0,
  spokenTexts: 0,
  spokenCharacters: 100,
};

describe('monthlyCost', () => {
  it('charges a million seconds of a gigabyte at the price of the architecture', () => {
    const arm = monthlyCost(settings, load).Lambda;
    const requests = (1_000_000 / 3) * 0.2e-6;
    expect(arm - requests).toBeCloseTo(13.3334, 3);
    expect(monthlyCost({ ...settings, architecture: 'x64' }, load).Lambda).toBeGreaterThan(arm);
  });

  it('has no GPU cost when the GPU is off, and counts wakes when it is on', () => {
    expect(monthlyCost(settings, load).Worker).toBe(0);
    const on: CostSettings = { ...settings, gpu: 'on-demand' };
    // 500,000 pictures at 10 a second are 13.9 hours
    expect(monthlyCost(on, load).Worker).toBeCloseTo((50_000 / 3600) * 0.8048 * 1.12, 2);
    expect(monthlyCost(on, { ...load, gpuWakes: 60, gpuMinutesPerWake: 60 }).Worker).toBeGreaterThan(60 * 0.8);
    expect(monthlyCost({ ...on, gpu: 'spot' }, load).Worker).toBeLessThan(monthlyCost(on, load).Worker);
  });

  it('charges instances without a GPU by their size, as they are bought', () => {
    const of = (changes: Partial<CostSettings>): number => monthlyCost({ ...settings, workerOn: 'cpu', ...changes }, load).Worker;
    expect(of({ gpu: 'off' })).toBe(0);
    expect(of({ gpu: 'on-demand' })).toBeCloseTo((50_000 / 3600) * 0.357 * 1.12, 2);
    expect(of({ gpu: 'on-demand', cpuInstanceTypes: ['c7i.4xlarge'] })).toBeCloseTo(2 * of({ gpu: 'on-demand' }), 6);
    expect(of({ gpu: 'spot' })).toBeLessThan(of({ gpu: 'on-demand' }));
    expect(of({ gpu: 'spot', cpuInstanceTypes: ['x9.2xlarge'] })).toBeGreaterThan(of({ gpu: 'spot' }));
  });

  it('charges look-ups for API, table and function', () => {
    const without = monthlyCost(settings, load);
    const withLookups = monthlyCost(settings, { ...load, lookupsPerImage: 1 });
    expect(withLookups.API - without.API).toBeCloseTo(1, 6);
    expect(withLookups.DynamoDB - without.DynamoDB).toBeCloseTo(0.125, 6);
    expect(total(withLookups)).toBeGreaterThan(total(without) + 1);
  });
});

describe('speech', () => {
  it('is charged by characters, once for each text, and is not in the table of a month without', () => {
    expect(monthlyCost(settings, load)).not.toHaveProperty('Speech');
    expect(monthlyCost(settings, { ...load, spokenTexts: 10_000 }).Speech).toBeCloseTo(16 + 10_000 * 5e-6, 6);
    expect(costTable({ images: '1000' })).not.toContain('Speech');
    expect(costTable({ images: '1000', 'spoken-texts': '1000' })).toMatch(/ Speech \|[\s\S]* 2\.00 \|/);
  });
});

describe('costTable', () => {
  it.each(['off', 'spot'])('is in the README as it is computed, with gpu=%s', (gpu) => {
    expect(readFileSync('README.md', 'utf8')).toContain(costTable({ gpu }));
  });

  it('counts what is paid without a picture: alarms, metrics, dashboard, secret', () => {
    expect(total(monthlyCost(settings, { ...load, images: 0 }))).toBeCloseTo(1.1 + 2.7 + 3 + 0.4, 6);
  });

  it('names what the worker runs on', () => {
    const table = costTable({ gpu: 'spot', 'worker-on': 'cpu', images: '1000' });
    expect(table).toContain('| Worker on CPU |');
    expect(table).not.toContain('GPU');
    expect(costTable({ gpu: 'spot', 'worker-on': 'cpu', 'cpu-images-per-second': '100', images: '100000' })).not.toBe(
      costTable({ gpu: 'spot', 'worker-on': 'cpu', images: '100000' }),
    );
  });

  it('has a row for each number of pictures', () => {
    expect(costTable({ images: '1000,2000' }).split('\n')).toHaveLength(4);
  });

  it.each([
    ['gpu', 'maybe', 'Expected off, spot, on-demand for --gpu but received "maybe"'],
    ['worker-on', 'tpu', 'Expected gpu, cpu for --worker-on but received "tpu"'],
    ['images', 'many', 'Expected a number of 0 or more for --images but received "many"'],
  ])('refuses a wrong --%s in one line', (flag, value, message) => {
    expect(() => costTable({ [flag]: value })).toThrow(message);
  });
});
