import { describe, expect, it } from 'vitest';
import { type Asked, api, CALLERS, readyRecord, token } from '../../../support/api.ts';

const records = await Promise.all(['shop/1', 'shop/2', 'shop/3', 'theirs/1'].map((key) => readyRecord(key)));
const { ask } = api(records);

const images = async (query: string, asked: Asked = {}) => ask('GET', '/v1/images', { query, ...asked });
const changes = async (query: string, asked: Asked = {}) => ask('GET', '/v1/changes', { query, ...asked });
const cursor = String((await images('prefix=shop/&limit=1')).json.next);
const since = String((await changes('limit=1')).json.next);

describe('cursors', () => {
  it('go on with the query that they are of, with any limit', async () => {
    expect((await images(`prefix=shop/&cursor=${cursor}`)).json).toMatchObject({ images: [{ key: 'shop/2' }, { key: 'shop/3' }] });
    expect((await changes(`since=${since}&limit=3`)).statusCode).toBe(200);
  });

  it.each([
    ['another prefix', `prefix=shop&cursor=${cursor}`, {}],
    ['another state', `prefix=shop/&state=READY&cursor=${cursor}`, {}],
    ['another bucket', `prefix=shop/&bucket=others&cursor=${cursor}`, {}],
    ['another caller', `prefix=shop/&cursor=${cursor}`, { as: CALLERS.shop }],
    ['another kind of caller', `prefix=shop/&cursor=${cursor}`, { as: CALLERS.account }],
    ['the change feed', `prefix=shop/&cursor=${since}`, {}],
    ['what is too long', `prefix=shop/&cursor=${cursor}${'A'.repeat(2048)}`, {}],
    ['nothing', 'prefix=shop/&cursor=', {}],
  ])('of %s are refused', async (_, query, asked) => {
    expect((await images(query, asked)).json).toMatchObject({ status: 400, errors: [{ field: 'cursor' }] });
  });

  it('of lists and of others are refused by the change feed', async () => {
    for (const answer of [
      await changes(`since=${cursor}`),
      await changes(`since=${since}`, { as: token('captions:read', undefined, 'bob') }),
    ]) {
      expect(answer.json).toMatchObject({ status: 400, code: 'INVALID_CURSOR', errors: [{ field: 'since' }] });
    }
  });

  it('outlive a session of the same role', async () => {
    const session = (name: string) => ({ iam: { callerId: `AROAEXAMPLE:${name}` } });
    const { json } = await changes('limit=1', { as: session('task-1') });
    expect((await changes(`since=${json.next}`, { as: session('task-2') })).statusCode).toBe(200);
  });
});
