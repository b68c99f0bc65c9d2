import { describe, expect, it } from 'vitest';
import { limitWords, measuredWords } from '../../../../functions/core/rules/rule-words.ts';
import type { Verdict } from '../../../../functions/core/rules/verdict.ts';

const verdict = (parts: Partial<Verdict>): Verdict => ({ check: 'width', level: 'must', result: 'fail', rule: 'x', ...parts });

describe('a verdict in words', () => {
  it.each([
    [{ measured: 12_800, unit: 'px' }, '12,800 px'],
    [{ measured: 64.008, unit: 'megapixels' }, '64.01 megapixels'],
    [{ measured: 16_250_000, unit: 'bytes' }, '16.25 MB'],
    [{ measured: 1250, unit: 'bytes' }, '1.3 kB'],
    [{ measured: 900, unit: 'bytes' }, '900 bytes'],
    [{ measured: 1.3333, unit: 'ratio' }, '1.333'],
    [{ measured: 0.8333, unit: 'share' }, '83.3 %'],
    [{ measured: 3.456, unit: 'delta E' }, 'delta E 3.46'],
    [{ measured: 17.25, unit: 'level' }, '17.3'],
    [{ measured: 1234.56, unit: 'variance' }, '1,234.6'],
    [{ measured: 90, unit: 'quality' }, '90'],
    [{ measured: 2, unit: 'people' }, '2'],
    [{ measured: 28, unit: 'characters' }, '28 characters'],
    [{ measured: 2.345 }, '2.35'],
    [{ measured: 'png' }, 'png'],
    [{ measured: '' }, 'none'],
    [{ measured: ['Acme', 'Emca'] }, 'Acme, Emca'],
    [{ measured: [] }, 'none'],
    [{}, undefined],
  ] as const)('%j: %s', (parts, words) => {
    expect(measuredWords(verdict(parts))).toBe(words);
  });

  it.each([
    [{ limit: { min: 500 }, unit: 'px' }, 'at least 500 px'],
    [{ limit: { max: 0.5 }, unit: 'share' }, 'at most 50 %'],
    [{ limit: { min: 0.8, max: 1.91 }, unit: 'ratio' }, '0.8 to 1.91'],
    [{ limit: { allowed: ['jpeg', 'png'] } }, 'jpeg, png'],
    [{ limit: { allowed: [] } }, 'none'],
    [{ limit: { forbidden: ['gun'] } }, 'not gun'],
    [{ limit: {} }, undefined],
    [{}, undefined],
  ] as const)('%j: %s', (parts, words) => {
    expect(limitWords(verdict(parts))).toBe(words);
  });
});
