import { describe, expect, it } from 'vitest';
import { MOST_COMPARED } from '../../../../functions/core/rules/folder-duplicates.ts';
import { judgedSchema } from '../../../../functions/handlers/http/rules/rules-schemas.ts';
import { api, CALLERS, readyRecord } from '../../../support/api.ts';

const picture = (sha256: string, dhash: string) => ({ sha256, bytes: 1000, width: 40, height: 30, format: 'jpeg', dhash }) as const;

const LIKE = '0123456789abcdef';
const NEAR = '0123456789abcdee';
const OTHER = 'fedcba9876543210';

describe('GET /v1/images/{id}/rules', () => {
  it('judges by all packs', async () => {
    const record = await readyRecord('shop/a.jpg');
    const { statusCode, json, headers } = await api([record]).ask('GET', `/v1/images/${record.id}/rules`);
    expect(statusCode).toBe(200);
    expect(headers.etag).toMatch(/^"/);
    expect(judgedSchema.parse(json)).toEqual(json);
    expect(json).toMatchObject({
      id: record.id,
      state: 'READY',
      packs: [
        {
          pack: 'small',
          title: 'Small',
          result: 'fail',
          verdicts: [
            { check: 'width', level: 'must', result: 'fail', measured: 40, unit: 'px', limit: { min: 50 }, rule: 'At least 50 px wide.' },
            { check: 'alt', result: 'pass', measured: 'machine' },
          ],
        },
        { pack: 'once', result: 'pass', verdicts: [{ check: 'duplicates', measured: [] }] },
      ],
    });
  });

  it('judges by one pack, and names the packs to those who ask for another', async () => {
    const record = await readyRecord('shop/a.jpg');
    const { ask } = api([record]);
    expect((await ask('GET', `/v1/images/${record.id}/rules`, { query: 'pack=once' })).json).toMatchObject({ packs: [{ pack: 'once' }] });
    const refused = await ask('GET', `/v1/images/${record.id}/rules`, { query: 'pack=ebay' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json).toMatchObject({ errors: [{ field: 'pack', message: 'must be one of small, once' }] });
  });

  it('is for those who may see the image', async () => {
    const record = await readyRecord('shop/a.jpg');
    const { ask } = api([record]);
    expect((await ask('GET', `/v1/images/${record.id}/rules`, { as: CALLERS.writer })).statusCode).toBe(403);
    expect((await ask('GET', `/v1/images/${'x'.repeat(22)}/rules`)).statusCode).toBe(404);
    const other = await readyRecord('garden/a.jpg');
    expect((await api([other]).ask('GET', `/v1/images/${other.id}/rules`, { as: CALLERS.shop })).statusCode).toBe(404);
  });

  it('finds duplicates in the same folder only', async () => {
    const own = await readyRecord('shop/a.jpg', { picture: picture('a', LIKE) });
    const { ask } = api([
      own,
      await readyRecord('shop/b.jpg', { picture: picture('b', NEAR) }),
      await readyRecord('shop/c.jpg', { picture: picture('c', OTHER) }),
      await readyRecord('shop/below/d.jpg', { picture: picture('d', LIKE) }),
      await readyRecord('e.jpg', { picture: picture('e', LIKE) }),
    ]);
    const { json } = await ask('GET', `/v1/images/${own.id}/rules`, { query: 'pack=once' });
    expect(json).toMatchObject({ packs: [{ result: 'fail', verdicts: [{ measured: ['shop/b.jpg'] }] }] });
  });

  it('does not say that there are no duplicates where it has not compared all', async () => {
    const own = await readyRecord('shop/a.jpg', { picture: picture('a', LIKE) });
    const many = await Promise.all(
      Array.from({ length: MOST_COMPARED + 5 }, (_, n) => readyRecord(`shop/b${n}.jpg`, { picture: picture(`b${n}`, OTHER) })),
    );
    const why = `none was found, but only the first ${MOST_COMPARED} pictures in and below its folder were compared`;
    const { json } = await api([own, ...many]).ask('GET', `/v1/images/${own.id}/rules`, { query: 'pack=once' });
    expect(json).toMatchObject({ packs: [{ result: 'unknown', verdicts: [{ why }] }] });
    // alike, but not as alike as the rule asks
    const alike = await readyRecord('shop/b0.jpg', { picture: picture('b0', '0123456789abcd00') });
    const stillNot = await api([own, alike, ...many.filter(({ id }) => id !== alike.id)]).ask('GET', `/v1/images/${own.id}/rules`, {
      query: 'pack=once',
    });
    expect(stillNot.json).toMatchObject({ packs: [{ result: 'unknown', verdicts: [{ why }] }] });
    const same = await readyRecord('shop/b1.jpg', { picture: picture('b1', NEAR) });
    const found = await api([own, ...many.filter(({ id }) => id !== same.id), same]).ask('GET', `/v1/images/${own.id}/rules`, {
      query: 'pack=once',
    });
    expect(found.json).toMatchObject({ packs: [{ result: 'fail', verdicts: [{ measured: ['shop/b1.jpg'] }] }] });
  });

  it('knows nothing about a picture that was not read yet', async () => {
    const { picture: _, machine: __, ...rest } = await readyRecord('shop/a.jpg', { state: 'PENDING', texts: {} });
    const { json } = await api([rest]).ask('GET', `/v1/images/${rest.id}/rules`);
    expect(json).toMatchObject({ state: 'PENDING', packs: [{ result: 'unknown' }, { result: 'unknown' }] });
  });
});
