import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { NUMBER_CHECK_NAMES, type NumberCheck } from '../../../../functions/core/rules/checks.ts';
import type { RuleFile, RuleSubject } from '../../../../functions/core/rules/verdict.ts';
import { measured, QUALITY, subject, verdictOf } from '../../../support/rule-subjects.ts';

const file = (parts: Partial<RuleFile>): RuleSubject => {
  const whole = subject();
  return whole.file === undefined ? whole : { ...whole, file: { ...whole.file, ...parts } };
};

const BLACK = { share: 1, colour: '#000000', whiteDeltaE: 100 };

const found = (facts: Facts): RuleSubject => subject({ facts });

/** check, bounds, what is judged, the measured value, and whether it passes. */
const CASES: [NumberCheck, { min?: number; max?: number }, RuleSubject, number, boolean][] = [
  ['longest-side', { min: 1000 }, file({ width: 999, height: 600 }), 999, false],
  ['longest-side', { min: 1000 }, file({ width: 600, height: 1000 }), 1000, true],
  ['longest-side', { max: 1000 }, file({ width: 600, height: 1001 }), 1001, false],
  ['shortest-side', { min: 500 }, file({ width: 1600, height: 499 }), 499, false],
  ['shortest-side', { min: 500 }, file({ width: 500, height: 1600 }), 500, true],
  ['width', { min: 320, max: 1440 }, file({ width: 1600 }), 1600, false],
  ['width', { min: 320, max: 1440 }, file({ width: 320 }), 320, true],
  ['height', { max: 1000 }, file({ height: 1200 }), 1200, false],
  ['megapixels', { max: 64 }, file({ width: 8001, height: 8000 }), 64.008, false],
  ['megapixels', { max: 64 }, file({ width: 8000, height: 8000 }), 64, true],
  ['aspect-ratio', { min: 0.8, max: 1.91 }, file({ width: 1910, height: 1000 }), 1.91, true],
  ['aspect-ratio', { min: 0.8, max: 1.91 }, file({ width: 790, height: 1000 }), 0.79, false],
  ['file-size', { max: 8_000_000 }, file({ bytes: 8_000_001 }), 8_000_001, false],
  ['background-share', { min: 0.9 }, measured({ background: { ...QUALITY.background, share: 0.8 } }), 0.8, false],
  ['background-white', { max: 1 }, measured({ background: { share: 1, colour: '#f0f0f0', whiteDeltaE: 3.5 } }), 3.5, false],
  ['background-white', { max: 1 }, measured({}), 0, true],
  ['subject-area', { min: 0.3 }, measured({ subject: { share: 0.2, box: [0.4, 0.4, 0.2, 0.2] } }), 0.2, false],
  ['subject-extent', { min: 0.85 }, measured({ subject: { share: 0.1, box: [0.4, 0.1, 0.1, 0.84] } }), 0.84, false],
  ['subject-extent', { min: 0.85 }, measured({}), 0.9, true],
  ['border', { max: 0 }, measured({ border: [0.02, 0, 0, 0.05], background: BLACK }), 0.05, false],
  // a book before white
  ['border', { max: 0 }, measured({ border: [0.1, 0.1, 0.1, 0.1] }), 0, true],
  ['border', { max: 0 }, measured({}), 0, true],
  ['watermark', { max: 0.5 }, measured({ watermark: 0.7 }), 0.7, false],
  ['sharpness', { min: 30 }, measured({ sharpness: 12 }), 12, false],
  ['brightness', { min: 40, max: 250 }, measured({ brightness: 30 }), 30, false],
  ['contrast', { min: 10 }, measured({ contrast: 4 }), 4, false],
  ['underexposed', { max: 0.5 }, measured({ underexposed: 0.6 }), 0.6, false],
  ['overexposed', { max: 0.2 }, measured({ overexposed: 0.3 }), 0.3, false],
  ['compression', { min: 60 }, measured({ jpegQuality: 50 }), 50, false],
  ['people', { max: 0 }, found({ people: { count: 2 } }), 2, false],
  ['people', { min: 1 }, found({ people: { count: 1 } }), 1, true],
  ['alt-length', { max: 10 }, subject(), 28, false],
];

describe('a rule about a number', () => {
  it.each(CASES)('%s within %j', (check, bounds, about, value, passes) => {
    const verdict = verdictOf(about, { check, ...bounds });
    expect(verdict).toMatchObject({ check, limit: bounds, result: passes ? 'pass' : 'fail' });
    expect(verdict.measured).toBeCloseTo(value, 9);
  });

  it('has cases for every check', () => {
    expect(new Set(CASES.map(([check]) => check))).toEqual(new Set(NUMBER_CHECK_NAMES));
  });

  it.each(NUMBER_CHECK_NAMES)('does not judge %s when nothing is known, and says why', (check) => {
    const verdict = verdictOf({ name: 'a.jpg', facts: {} }, { check, min: 1 });
    expect(verdict.result).toBe('unknown');
    expect(verdict.why).toBeTruthy();
    expect(verdict.measured).toBeUndefined();
  });

  it('says that an analysis failed', () => {
    const failed = subject({ facts: { failed: { quality: 'out of memory' } } });
    expect(verdictOf(failed, { check: 'sharpness', min: 1 }).why).toBe('the analysis "quality" failed');
  });

  it('does not know the product where no even background was found, nor a watermark that was not looked for', () => {
    const { subject: _, watermark: __, jpegQuality: ___, ...rest } = QUALITY;
    const bare = subject({ facts: { quality: rest } });
    expect(verdictOf(bare, { check: 'subject-area', min: 0.1 })).toMatchObject({
      result: 'unknown',
      why: expect.stringContaining('even background'),
    });
    expect(verdictOf(bare, { check: 'watermark', max: 0.1 })).toMatchObject({
      result: 'unknown',
      why: expect.stringContaining('watermark'),
    });
    expect(verdictOf(bare, { check: 'compression', min: 60 })).toMatchObject({
      result: 'unknown',
      why: expect.stringContaining('quality'),
    });
    expect(verdictOf(subject({ facts: {} }), { check: 'compression', min: 60 }).result).toBe('unknown');
  });

  it('asks only JPEG for the quality of its compression', () => {
    expect(verdictOf(file({ format: 'png' }), { check: 'compression', min: 60 })).toMatchObject({ result: 'pass', measured: 'png' });
  });

  it('decides about so many or more people only where the bound leaves no doubt', () => {
    const crowd = subject({ facts: { people: { count: 13, orMore: true } } });
    expect(verdictOf(crowd, { check: 'people', max: 12 })).toMatchObject({ result: 'fail', measured: 13 });
    expect(verdictOf(crowd, { check: 'people', min: 13 })).toMatchObject({ result: 'pass', measured: 13 });
    for (const bound of [{ max: 13 }, { max: 20 }, { min: 14 }, { min: 5, max: 40 }])
      expect(verdictOf(crowd, { check: 'people', ...bound })).toMatchObject({ result: 'unknown', why: 'there are 13 or more' });
  });

  it('shows where the product, the borders and the people are', () => {
    expect(verdictOf(subject(), { check: 'subject-area', min: 0.1 }).boxes).toEqual([[0.05, 0.2, 0.9, 0.6]]);
    expect(verdictOf(measured({ border: [0.02, 0, 0.03, 0.05], background: BLACK }), { check: 'border', max: 0 }).boxes).toEqual([
      [0, 0, 0.02, 1],
      [0.97, 0, 0.03, 1],
      [0, 0.95, 1, 0.05],
    ]);
    const crowd = found({
      people: { count: 1 },
      objects: [
        { label: 'person', box: [0, 0, 0.5, 1] },
        { label: 'dog', box: [0.5, 0, 0.5, 1] },
      ],
    });
    expect(verdictOf(crowd, { check: 'people', max: 0 }).boxes).toEqual([[0, 0, 0.5, 1]]);
    expect(verdictOf(subject(), { check: 'people', max: 0 })).not.toHaveProperty('boxes');
  });
});
