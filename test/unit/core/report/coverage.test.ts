import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../../functions/core/lookup/principal.ts';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { type Coverage, coverage, MAX_FOLDERS, RECORDS_A_PART } from '../../../../functions/core/report/coverage.ts';
import { COUNTS, countsOf, noCounts, percentOf } from '../../../../functions/core/report/coverage-counts.ts';
import { api, readyRecord } from '../../../support/api.ts';

const ANN: Principal = { id: 'jwt:ann', scopes: SCOPES };
const RULES = { genderNeutral: true };
const human = (text: string, fields: Partial<Text> = {}): Text => ({ text, lang: 'en', origin: 'human', at: 1, ...fields });

const silent = async (key: string): Promise<CaptionRecord> => {
  const { machine, ...record } = await readyRecord(key, { texts: {} });
  if (machine === undefined) throw new Error('expected a machine result');
  return { ...record, machine: { ...machine, abstained: 'LOW_CONFIDENCE', sure: [] } };
};

describe('what a picture counts as', () => {
  it.each([
    ['described by a machine', readyRecord('a'), ['images', 'described', 'lintClean']],
    [
      'described by a person',
      readyRecord('a', { texts: { alt: human('A cat on a mat.') } }),
      ['images', 'described', 'reviewed', 'lintClean'],
    ],
    [
      'accepted by a person',
      readyRecord('a', { texts: { alt: human('A cat on a mat.', { origin: 'reviewed' }) } }),
      ['images', 'described', 'reviewed', 'lintClean'],
    ],
    ['badly described', readyRecord('a', { texts: { alt: human('IMG_1234.jpg') } }), ['images', 'described', 'reviewed']],
    ['decorative', readyRecord('a', { texts: { alt: human('') } }), ['images', 'decorative', 'reviewed']],
    [
      'replaced since',
      readyRecord('a', { texts: { alt: human('A cat on a mat.', { sha256: 'b'.repeat(64) }) } }),
      ['images', 'described', 'reviewed', 'lintClean', 'outdated'],
    ],
    ['not looked at yet', readyRecord('a', { state: 'PENDING', texts: {} }), ['images', 'pending']],
    ['failed', readyRecord('a', { state: 'FAILED', reason: 'CORRUPT', texts: {} }), ['images', 'failed']],
    ['without words', silent('a'), ['images', 'missing']],
  ])('%s', async (_, record, counts) => {
    expect(countsOf(await record, RULES)).toEqual(counts);
  });
});

describe('percent', () => {
  it('are of nothing null, and 100 only when none is missing', () => {
    const counts = { ...noCounts(), images: 3000, described: 2000, decorative: 999, reviewed: 1, lintClean: 2000 };
    expect(percentOf(counts)).toEqual({ withAlt: 99.9, reviewed: 0.1, lintClean: 100 });
    expect(percentOf(noCounts())).toEqual({ withAlt: null, reviewed: null, lintClean: null });
    expect(percentOf({ ...noCounts(), images: 3, described: 2 })).toEqual({ withAlt: 66.6, reviewed: 0, lintClean: 0 });
  });
});

describe('the report', () => {
  const shop = (): Promise<CaptionRecord[]> =>
    Promise.all([
      readyRecord('shop/shoes/1.jpg'),
      readyRecord('shop/shoes/2.jpg', { texts: { alt: human('Red shoes.') } }),
      readyRecord('shop/hats/deep/3.jpg', { texts: { alt: human('') } }),
      silent('shop/4.jpg'),
      readyRecord('shop/5.jpg', { state: 'DELETED', texts: {} }),
      readyRecord('other/6.jpg'),
    ]);

  it('counts in all and by the folder below the prefix', async () => {
    const { lookup } = api(await shop()).service;
    const { total, percent, folders, ...rest } = await coverage(lookup, ANN, { prefix: 'shop/' });
    expect(rest).toEqual({ prefix: 'shop/' });
    expect(total).toEqual({ ...noCounts(), images: 4, described: 2, decorative: 1, missing: 1, reviewed: 2, lintClean: 2 });
    expect(percent).toEqual({ withAlt: 75, reviewed: 66.6, lintClean: 100 });
    expect(folders.map(({ prefix, counts }) => [prefix, counts.images])).toEqual([
      ['shop/', 1],
      ['shop/hats/', 1],
      ['shop/shoes/', 2],
    ]);
    expect(folders[2]?.percent).toEqual({ withAlt: 100, reviewed: 50, lintClean: 100 });
    expect((await coverage(lookup, ANN, { prefix: 'shop/none/' })).folders).toEqual([]);
  });

  it("is about the caller's pictures alone", async () => {
    const { lookup } = api(await shop()).service;
    expect((await coverage(lookup, { ...ANN, prefixes: ['shop/shoes/'] }, { prefix: '' })).total.images).toBe(2);
    expect((await coverage(lookup, { ...ANN, prefixes: [] }, { prefix: '' })).total.images).toBe(0);
  });

  it('tells so many folders apart and no more', async () => {
    const keys = Array.from({ length: MAX_FOLDERS + 20 }, (_, n) => `${String(n).padStart(3, '0')}/a.jpg`);
    const { lookup } = api(await Promise.all(keys.map((key) => readyRecord(key)))).service;
    const { folders, total } = await coverage(lookup, ANN, { prefix: '' });
    expect(folders).toHaveLength(MAX_FOLDERS + 1);
    expect(folders.at(-1)).toMatchObject({ prefix: null, counts: { images: 20 } });
    expect(total.images).toBe(keys.length);
  });

  it('comes in parts when there are many, and adds up', async () => {
    const more = 7;
    const usual = await readyRecord('usual');
    // hostile keys where the parts meet
    const keys = Array.from({ length: RECORDS_A_PART + more }, (_, n) => `in/${String(n).padStart(5, '0')} 1,2 "\u0001".jpg`);
    const records = keys.map((key, n) => ({ ...usual, id: `id${n}`, key }));
    const { lookup } = api(records).service;
    const parts: Coverage[] = [];
    for (let cursor: string | undefined; ; ) {
      const part = await coverage(lookup, ANN, { prefix: 'in/', ...(cursor !== undefined && { cursor }) });
      parts.push(part);
      cursor = part.next;
      if (cursor === undefined) break;
    }
    expect(parts.map(({ total }) => total.images)).toEqual([RECORDS_A_PART, RECORDS_A_PART + more]);
    expect(parts[1]?.folders.map(({ counts }) => counts.images)).toEqual([more]);
    expect(parts[1]?.percent).toEqual({ withAlt: 100, reviewed: 0, lintClean: 100 });
    for (const name of COUNTS) expect(parts[1]?.total[name]).toBe(countsOf(usual, RULES).includes(name) ? records.length : 0);
    const cursor = parts[0]?.next ?? '';
    await expect(coverage(lookup, ANN, { prefix: 'out/', cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    await expect(coverage(lookup, { ...ANN, id: 'jwt:bob' }, { prefix: 'in/', cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});
