import { describe, expect, it } from 'vitest';
import { lookupWithUseSchema } from '../../../../functions/handlers/http/outputs/output-schemas.ts';
import { imageSchema, imagesSchema } from '../../../../functions/handlers/http/schemas.ts';
import { api, CALLERS, readyRecord } from '../../../support/api.ts';

const HOSTILE = ['a b+c%2F.jpg', 'über/é.jpg', 'u\u0308ber.jpg', '../x', '/lead', 'q?x#y&z=1', 'new\nline', '😀', 'x'.repeat(1024)];

describe('GET /v1/images/{id} and ?key=', () => {
  it.each(HOSTILE)('finds %j by key and by id', async (key) => {
    const record = await readyRecord(key);
    const { ask } = api([record]);
    for (const answer of [
      await ask('GET', `/v1/images/${record.id}`),
      await ask('GET', '/v1/images', { query: `key=${encodeURIComponent(key)}` }),
      await ask('GET', '/v1/images', { query: new URLSearchParams({ key }).toString() }),
    ]) {
      expect(answer.statusCode).toBe(200);
      expect(imageSchema.parse(answer.json)).toMatchObject({ key, id: record.id, state: 'READY' });
    }
  });

  it('knows no deleted, unknown, ill-formed or foreign image, all in the same words', async () => {
    const gone = await readyRecord('shop/gone', { state: 'DELETED' });
    const theirs = await readyRecord('theirs/a');
    const { ask } = api([gone, theirs]);
    const answers = [
      await ask('GET', `/v1/images/${gone.id}`, { as: CALLERS.shop }),
      await ask('GET', `/v1/images/${theirs.id}`, { as: CALLERS.shop }),
      await ask('GET', `/v1/images/${theirs.id}/alt`, { as: CALLERS.shop }),
      await ask('GET', '/v1/images', { as: CALLERS.shop, query: 'key=theirs%2Fa' }),
      await ask('GET', `/v1/images/${'x'.repeat(22)}`, { as: CALLERS.shop }),
      await ask('GET', '/v1/images/%00', { as: CALLERS.shop }),
      await ask('DELETE', `/v1/images/${theirs.id}`, { as: CALLERS.shop }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 404));
    expect(new Set(answers.map(({ body, headers }) => JSON.stringify([body, headers]))).size).toBe(1);
  });

  it('looks in the bucket that is named', async () => {
    const { ask } = api([await readyRecord('a')]);
    expect((await ask('GET', '/v1/images', { query: 'key=a&bucket=photos' })).statusCode).toBe(200);
    expect((await ask('GET', '/v1/images', { query: 'key=a&bucket=others' })).statusCode).toBe(404);
  });

  it.each([
    ['PENDING', 'private, no-cache'],
    ['READY', 'private, max-age=60'],
    ['FAILED', 'private, max-age=30'],
  ] as const)('says how long %s stays fresh', async (state, cacheControl) => {
    const record = await readyRecord('a', { state });
    const { headers } = await api([record]).ask('GET', `/v1/images/${record.id}`);
    expect(headers).toMatchObject({ 'cache-control': cacheControl, vary: 'Authorization' });
    expect(headers.etag).toMatch(/^"[\w.-]+"$/);
  });

  it.each<[string, (tag: string) => string]>([
    ['its tag', (tag) => tag],
    ['its tag as a weak one', (tag) => `W/${tag}`],
    ['a list with its tag', (tag) => `W/"1-0", ${tag}`],
    ['any', () => '*'],
  ])('answers 304 to If-None-Match of %s', async (_, asked) => {
    const record = await readyRecord('a');
    for (const path of [`/v1/images/${record.id}`, `/v1/images/${record.id}/alt`]) {
      const { etag = '' } = (await api([record]).ask('GET', path)).headers;
      const answer = await api([record]).ask('GET', path, { headers: { 'if-none-match': asked(etag) } });
      expect(answer).toMatchObject({ statusCode: 304, body: '', headers: { etag, 'cache-control': 'private, max-age=60' } });
    }
  });

  it.each([{ revision: 2 }, { changedAt: 1 }])('answers 200 to the tag of another write of the record: %o', async (other) => {
    const record = await readyRecord('a');
    const path = `/v1/images/${record.id}`;
    const { etag = '' } = (await api([{ ...record, ...other }]).ask('GET', path)).headers;
    expect((await api([record]).ask('GET', path, { headers: { 'if-none-match': etag } })).statusCode).toBe(200);
  });

  it('gives each representation a tag of its own', async () => {
    const record = await readyRecord('a');
    const tags = await Promise.all(
      [`/v1/images/${record.id}`, `/v1/images/${record.id}/alt`].map(async (path) => (await api([record]).ask('GET', path)).headers.etag),
    );
    expect(new Set(tags).size).toBe(2);
  });
});

describe('GET /v1/images', () => {
  it('pages through a prefix, filters by state, and ends', async () => {
    const records = await Promise.all(['p/1', 'p/2', 'p/3', 'q/1'].map((key) => readyRecord(key)));
    const { ask } = api([...records, await readyRecord('p/4', { state: 'FAILED', reason: 'CORRUPT' })]);
    const first = imagesSchema.parse((await ask('GET', '/v1/images', { query: 'prefix=p/&limit=2&state=READY' })).json);
    expect(first.images.map(({ key }) => key)).toEqual(['p/1', 'p/2']);
    const second = imagesSchema.parse(
      (await ask('GET', '/v1/images', { query: `prefix=p/&limit=2&state=READY&cursor=${first.next}` })).json,
    );
    expect(second.images.map(({ key }) => key)).toEqual(['p/3']);
    expect(second).not.toHaveProperty('next');
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1.5', 'limit'],
    ['state=DELETED', 'state'],
    ['prefxi=a', 'prefxi'],
    ['prefix=a&prefix=b', 'prefix'],
    ['key=', 'key'],
    ['key=a&limit=1', 'limit'],
    ['key=%FF', 'query'],
    [`key=${'x'.repeat(1025)}`, 'key'],
    [`prefix=${'é'.repeat(513)}`, 'prefix'],
    ['__proto__=1', '__proto__'],
    ['bucket=', 'bucket'],
  ])('refuses ?%s and names %s', async (query, field) => {
    const answer = await api([]).ask('GET', '/v1/images', { query });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      code: 'INVALID_REQUEST',
      status: 400,
      errors: [{ field, message: expect.stringMatching(/.{6}/) }],
    });
  });
});

describe('POST /v1/lookup', () => {
  it('answers keys in their order', async () => {
    const { ask } = api([await readyRecord('a'), await readyRecord('b')]);
    const { json } = await ask('POST', '/v1/lookup', { body: { keys: ['b', 'nothing', 'a', 'b'] } });
    expect(lookupWithUseSchema.parse(json).results.map(({ key, image }) => [key, image?.key ?? null])).toEqual([
      ['b', 'b'],
      ['nothing', null],
      ['a', 'a'],
      ['b', 'b'],
    ]);
    expect((await ask('POST', '/v1/lookup', { body: { keys: ['a'], bucket: 'others' } })).json).toEqual({
      results: [{ key: 'a', image: null }],
    });
  });

  it('takes 100 of the longest keys, in any escaping that JSON.stringify writes', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(4, '0') + '"'.repeat(1020));
    expect((await api([]).ask('POST', '/v1/lookup', { body: { keys } })).statusCode).toBe(200);
  });

  it.each([
    [{ keys: [] }, 'keys'],
    [{ keys: Array.from({ length: 101 }, () => 'a') }, 'keys'],
    [{ keys: ['a', ''] }, 'keys[1]'],
    [{ keys: ['\ud800'] }, 'keys[0]'],
    [{ keys: 'a' }, 'keys'],
    [{ keys: ['a'], more: 1 }, 'more'],
    ['{"keys":["a"]', 'body'],
    ['null', 'body'],
    ['', 'body'],
  ])('refuses %j and names %s', async (body, field) => {
    const { statusCode, json } = await api([]).ask('POST', '/v1/lookup', { body });
    expect([statusCode, json.errors]).toEqual([400, [expect.objectContaining({ field })]]);
  });

  it('refuses what is too large, and what is not said to be JSON', async () => {
    const large = await api([]).ask('POST', '/v1/lookup', { body: `{"keys":["a"]${' '.repeat(262_144)}}` });
    expect(large.json).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    const text = await api([]).ask('POST', '/v1/lookup', { body: '{"keys":["a"]}', headers: { 'content-type': 'text/plain' } });
    expect(text.json).toMatchObject({ status: 415, code: 'MEDIA_TYPE' });
  });
});
