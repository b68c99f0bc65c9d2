// Edits, reviews, the queue and the history over HTTP: conditions, answers and problems.
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { historySchema, queueSchema } from '../../../../functions/handlers/http/edits/edit-schemas.ts';
import { imageSchema } from '../../../../functions/handlers/http/schemas.ts';
import { type Asked, api, CALLERS, readyRecord } from '../../../support/api.ts';

const ANY = { 'if-match': '*' };
const human: Text = { text: 'Mine', lang: 'en', origin: 'human', by: 'jwt:bob', at: 0 };

const over = async (changes: Partial<CaptionRecord> = {}) => {
  const record = await readyRecord('shop/a.jpg', changes);
  const { ask, store } = api([record]);
  const at = (path: string, method: string, asked: Asked = {}) => ask(method, `/v1/images/${record.id}${path}`, asked);
  return { record, store, ask, at };
};

describe('PUT /v1/images/{id}/texts/{field}', () => {
  it('writes the text, and answers with the image and the tag for the next change', async () => {
    const { at } = await over();
    const { etag = '' } = (await at('', 'GET')).headers;
    const first = await at('/texts/alt', 'PUT', { headers: { 'if-match': etag }, body: { text: 'My cat.', locked: true, note: 'mine' } });
    expect(first.statusCode).toBe(200);
    expect(imageSchema.parse(first.json).texts.alt).toMatchObject({
      text: 'My cat.',
      origin: 'human',
      by: 'jwt:ann',
      locked: true,
      supersedes: 1,
    });
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.headers.etag).toMatch(/^"[\w.-]+"$/);
    expect((await at('/texts/alt', 'PUT', { headers: { 'if-match': etag }, body: { text: 'x' } })).statusCode).toBe(412);
    expect((await at('/texts/alt', 'PUT', { headers: { 'if-match': first.headers.etag ?? '' }, body: { text: 'x' } })).statusCode).toBe(
      200,
    );
  });

  it('takes the tag of any representation of the image', async () => {
    const { at } = await over();
    const { etag = '' } = (await at('/alt', 'GET')).headers;
    expect((await at('/texts/title', 'PUT', { headers: { 'if-match': etag }, body: { text: 'Cat' } })).statusCode).toBe(200);
  });

  it.each<[string, string, Asked, number, string]>([
    ['without If-Match', '/texts/alt', { body: { text: 'x' } }, 428, 'PRECONDITION_REQUIRED'],
    ['with a weak tag', '/texts/alt', { headers: { 'if-match': 'W/"x"' }, body: { text: 'x' } }, 412, 'PRECONDITION_FAILED'],
    ['with another field', '/texts/ALT', { headers: ANY, body: { text: 'x' } }, 400, 'INVALID_REQUEST'],
    ['with a blank alt', '/texts/alt', { headers: ANY, body: { text: ' ' } }, 400, 'INVALID_REQUEST'],
    ['without a text', '/texts/alt', { headers: ANY, body: {} }, 400, 'INVALID_REQUEST'],
    ['with null', '/texts/alt', { headers: ANY, body: { text: null } }, 400, 'INVALID_REQUEST'],
    ['with a wrong language', '/texts/alt', { headers: ANY, body: { text: 'x', lang: 'en_US' } }, 400, 'INVALID_REQUEST'],
    ['with more', '/texts/alt', { headers: ANY, body: { text: 'x', origin: 'human' } }, 400, 'INVALID_REQUEST'],
    ['without a body', '/texts/alt', { headers: ANY }, 415, 'MEDIA_TYPE'],
    ['by a reader', '/texts/alt', { headers: ANY, body: { text: 'x' }, as: CALLERS.reader }, 403, 'SCOPE_MISSING'],
  ])('is refused %s', async (_, path, asked, status, code) => {
    const { at, store, record } = await over();
    const { statusCode, json, headers } = await at(path, 'PUT', asked);
    expect([statusCode, json.code, headers['content-type']]).toEqual([status, code, 'application/problem+json']);
    expect([...store.records.values()]).toEqual([record]);
  });

  it('says what a blank alt does', async () => {
    const { at } = await over();
    const { json } = await at('/texts/alt', 'PUT', { headers: ANY, body: { text: ' ' } });
    expect(json.detail).toBe('text: must not be blank: screen readers would read the file name; "" says that it is decorative');
  });

  it('is CONTENDED when others keep changing the image', async () => {
    const record = await readyRecord('a');
    const { ask } = api([record], {}, { putFault: () => 'conflict' });
    const { statusCode, json } = await ask('PUT', `/v1/images/${record.id}/texts/alt`, { headers: ANY, body: { text: 'x' } });
    expect([statusCode, json.code]).toEqual([503, 'CONTENDED']);
  });
});

describe('DELETE /v1/images/{id}/texts/{field}', () => {
  it('withdraws a text, of a language when asked', async () => {
    const { at } = await over({ texts: { alt: human }, translations: { de: { alt: { ...human, lang: 'de' } } } });
    const german = await at('/texts/alt', 'DELETE', { headers: ANY, query: 'lang=de&note=old' });
    expect([german.statusCode, german.json.translations]).toEqual([200, undefined]);
    const main = await at('/texts/alt', 'DELETE', { headers: ANY });
    expect([main.statusCode, main.json.texts]).toEqual([200, {}]);
    expect((await at('/texts/alt', 'DELETE', { headers: ANY })).statusCode).toBe(400);
    expect((await at('/texts/alt', 'DELETE')).statusCode).toBe(428);
  });
});

describe('POST /v1/images/{id}/review and PUT /v1/images/{id}/product', () => {
  it('write down decisions and product data', async () => {
    const { at } = await over();
    const rejected = await at('/review', 'POST', { headers: ANY, body: { action: 'reject', reason: 'A dog.' } });
    expect(imageSchema.parse(rejected.json)).toMatchObject({
      texts: {},
      withheld: { alt: { reason: 'A dog.' } },
      review: { action: 'reject' },
    });
    const described = await at('/product', 'PUT', { headers: ANY, body: { brand: 'Acme' } });
    expect(imageSchema.parse(described.json).product).toMatchObject({ brand: 'Acme', from: 'api', by: 'jwt:ann' });
    expect((await at('/review', 'POST', { headers: ANY, body: { action: 'agree' } })).statusCode).toBe(400);
    expect((await at('/product', 'PUT', { headers: ANY, body: { pageUrl: 'x' } })).json.errors).toEqual([
      { field: 'pageUrl', message: 'must be an http or https address without a user name' },
    ]);
  });
});

describe('GET /v1/images/{id}/history', () => {
  it('tells the texts before, newest first, with a tag of its own', async () => {
    const { at } = await over();
    for (const text of ['One', 'Two']) await at('/texts/alt', 'PUT', { headers: ANY, body: { text, note: text } });
    const { json, headers } = await at('/history', 'GET');
    expect(historySchema.parse(json).history.map(({ n, text, field, why, note }) => [n, text, field, why, note])).toEqual([
      [2, 'One', 'alt', 'replaced', 'Two'],
      [1, 'A cat on a mat.', 'alt', 'replaced', 'One'],
    ]);
    expect(json).toMatchObject({ dropped: 0 });
    expect((await at('/history', 'GET', { headers: { 'if-none-match': headers.etag ?? '' } })).statusCode).toBe(304);
  });
});

it('says how many texts the history has lost to its bounds', async () => {
  const { at } = await over({ history: [], lastPast: 41 });
  await at('/texts/alt', 'PUT', { headers: ANY, body: { text: 'Mine' } });
  expect((await at('/history', 'GET')).json).toMatchObject({ dropped: 41, history: [{ n: 42 }] });
});

describe('GET /v1/review', () => {
  const unsure = (confidence: number): Partial<CaptionRecord> => ({
    texts: { alt: { ...human, origin: 'machine', model: 'm@1', confidence } },
  });

  it('tells what needs a look, riskiest first, page by page, until it was reviewed', async () => {
    const records = await Promise.all([0.5, 0.1, 0.99, 0.7].map((confidence, i) => readyRecord(`shop/${i}`, unsure(confidence))));
    const { ask } = api(records);
    const first = queueSchema.parse((await ask('GET', '/v1/review', { query: 'limit=2' })).json);
    expect(first.images.map(({ image, risk }) => [image.key, risk])).toEqual([
      ['shop/1', 54],
      ['shop/0', 30],
    ]);
    expect(first.images[0]?.why).toEqual(['the machine is only 10 % sure']);
    const next = `cursor=${first.next}`;
    const second = queueSchema.parse((await ask('GET', '/v1/review', { query: `limit=2&${next}` })).json);
    expect([second.images.map(({ image }) => image.key), second.next]).toEqual([['shop/3'], undefined]);
    await ask('POST', `/v1/images/${records[1]?.id}/review`, { headers: ANY, body: { action: 'accept' } });
    expect(queueSchema.parse((await ask('GET', '/v1/review')).json).images.map(({ image }) => image.key)).toEqual(['shop/0', 'shop/3']);
    expect((await ask('GET', '/v1/review', { query: `${next}&prefix=shop` })).json.code).toBe('INVALID_CURSOR');
    expect((await ask('GET', '/v1/images', { query: next })).json.code).toBe('INVALID_CURSOR');
  });

  it('tells callers of their own prefixes only', async () => {
    const records = await Promise.all(['shop/a', 'theirs/a'].map((key) => readyRecord(key, unsure(0.1))));
    const { ask } = api(records);
    const keys = async (query: string) =>
      queueSchema.parse((await ask('GET', '/v1/review', { as: CALLERS.shop, query })).json).images.map(({ image }) => image.key);
    expect(await keys('')).toEqual(['shop/a']);
    expect(await keys('prefix=sh')).toEqual(['shop/a']);
    expect(await keys('prefix=theirs/')).toEqual([]);
  });
});

describe('POST /v1/uploads with a product', () => {
  const upload = (product: object) => ({ body: { key: 'shop/a.jpg', contentType: 'image/jpeg', bytes: 10, product } });

  it('sends it as metadata, in ASCII', async () => {
    const { service, ask } = api([]);
    const signed: object[] = [];
    const { presignPut } = service.lookup.objects;
    service.lookup.objects.presignPut = async (terms) => {
      signed.push(terms);
      return presignPut(terms);
    };
    expect((await ask('POST', '/v1/uploads', upload({ name: 'Sofá', keywords: ['a b'] }))).statusCode).toBe(201);
    expect(signed).toMatchObject([{ metadata: { 'product-name': 'Sof%C3%A1', 'product-keywords': 'a%20b' } }]);
    await ask('POST', '/v1/uploads', upload({}));
    expect(signed[1]).not.toHaveProperty('metadata');
  });

  it('is refused when it is wrong, or more than metadata hold', async () => {
    const { ask } = api([]);
    expect((await ask('POST', '/v1/uploads', upload({ pageUrl: 'x' }))).json.detail).toContain('pageUrl: must be');
    const many = Array.from({ length: 50 }, () => 'ü'.repeat(50));
    const words = many.map((word, i) => `${i}${word}`);
    expect((await ask('POST', '/v1/uploads', upload({ keywords: words }))).json.detail).toContain('/v1/images/{id}/product');
  });
});
