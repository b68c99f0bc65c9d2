import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listChanges } from '../../../../functions/core/lookup/lookup-changes.ts';
import { forgetImage } from '../../../../functions/core/lookup/lookup-forget.ts';
import { findByKey, findMany, listImages } from '../../../../functions/core/lookup/lookup-images.ts';
import type { Principal } from '../../../../functions/core/lookup/principal.ts';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';
import { imageId } from '../../../../functions/core/record/image-id.ts';
import { api, BUCKET, readyRecord } from '../../../support/api.ts';

const caller = (...prefixes: string[]): Principal => ({ id: 'jwt:ann', scopes: SCOPES, prefixes });
const EVERYONE: Principal = { id: 'jwt:all', scopes: SCOPES };

const lookupOf = async (keys: readonly string[]) => api(await Promise.all(keys.map((key) => readyRecord(key)))).service.lookup;

const allKeys = async (lookup: Awaited<ReturnType<typeof lookupOf>>, principal: Principal, prefix: string, limit: number) => {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listImages(lookup, principal, { bucket: BUCKET, prefix, limit, ...(cursor !== undefined && { cursor }) });
    keys.push(...page.records.map(({ key }) => key));
    cursor = page.next;
  } while (cursor !== undefined);
  return keys;
};

describe('listImages', () => {
  it('joins the ranges of a caller, whatever they and the pages are', async () => {
    const part = fc.stringMatching(/^[ab/é\u{1f600}]{0,4}$/u);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(part.filter((key) => key !== '')),
        fc.array(part),
        part,
        fc.integer({ min: 1, max: 4 }),
        async (keys, own, prefix, limit) => {
          const lookup = await lookupOf(keys);
          const expected = keys
            .filter((key) => key.startsWith(prefix) && own.some((start) => key.startsWith(start)))
            .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(await allKeys(lookup, caller(...own), prefix, limit)).toEqual(expected);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  it('gives all to a caller without prefixes, and nothing to one with none', async () => {
    const lookup = await lookupOf(['b', 'a', 'c']);
    expect(await allKeys(lookup, EVERYONE, '', 2)).toEqual(['a', 'b', 'c']);
    expect(await allKeys(lookup, caller(), '', 2)).toEqual([]);
  });

  it('shows nothing of another bucket to a caller with prefixes', async () => {
    const bucket = 'others';
    const foreign = await readyRecord('mine/a', { id: await imageId(bucket, 'mine/a'), bucket });
    const { lookup } = api([foreign, await readyRecord('mine/b')]).service;
    const mine = caller('mine/');
    for (const prefix of ['', 'mine/', 'mine/a']) {
      expect(await listImages(lookup, mine, { bucket, prefix, limit: 5 })).toEqual({ records: [] });
      expect((await listImages(lookup, EVERYONE, { bucket, prefix, limit: 5 })).records).toEqual([foreign]);
    }
    await expect(findByKey(lookup, mine, bucket, 'mine/a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(forgetImage(lookup, mine, foreign.id, false)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await findMany(lookup, mine, bucket, ['mine/a'])).toEqual([undefined]);
    expect((await listChanges(lookup, mine, { limit: 5 })).records.map(({ key }) => key)).toEqual(['mine/b']);
    expect(await findByKey(lookup, EVERYONE, bucket, 'mine/a')).toEqual(foreign);
  });

  it('shows no tombstone', async () => {
    const { lookup } = api([await readyRecord('a', { state: 'DELETED' }), await readyRecord('b', { state: 'FAILED' })]).service;
    const query = { bucket: BUCKET, prefix: '', limit: 5 };
    expect((await listImages(lookup, EVERYONE, query)).records.map(({ key }) => key)).toEqual(['b']);
    expect((await listImages(lookup, EVERYONE, { ...query, state: 'READY' })).records).toEqual([]);
  });
});

describe('findMany', () => {
  it('answers each key at its place, repeated, unknown and foreign ones too', async () => {
    const lookup = await lookupOf(['mine/a', 'theirs/a']);
    const found = await findMany(lookup, caller('mine/'), BUCKET, ['mine/a', 'x', 'theirs/a', 'mine/a']);
    expect(found.map((record) => record?.key)).toEqual(['mine/a', undefined, undefined, 'mine/a']);
  });
});
