import { describe, expect, it } from 'vitest';
import {
  altOfImageSchema,
  azureSchema,
  iiifSchema,
  lookupWithUseSchema,
  seoSchema,
} from '../../../../../functions/handlers/http/outputs/output-schemas.ts';
import { type Asked, api, CALLERS, readyRecord } from '../../../../support/api.ts';

const record = await readyRecord('shop/a.jpg', {
  translations: { de: { alt: { text: 'Eine Katze auf einer Matte.', lang: 'de', origin: 'human', at: 1 } } },
});
const silent = await readyRecord('shop/silent.jpg', { texts: {}, state: 'PENDING' });
const PLACES = ['/alt', '/seo', '?view=azure', '?view=iiif'];

const get = (place: string, { query = '', ...asked }: Asked = {}, { id } = record) => {
  const [path = '', own = ''] = place.split('?');
  return api([record, silent]).ask('GET', `/v1/images/${id}${path}`, {
    ...asked,
    query: [own, query].filter((part) => part !== '').join('&'),
  });
};

describe('GET /v1/images/{id}/alt', () => {
  it('gives the text for the use, the branch, and where it is from', async () => {
    const { json } = await get('/alt');
    expect(altOfImageSchema.parse(json)).toMatchObject({
      id: record.id,
      state: 'READY',
      usage: 'informative',
      branch: 'informative',
      lang: 'en',
      origin: 'machine',
      model: 'm2@1.0.0',
      confidence: 0.9,
      outdated: false,
      status: 'described',
    });
    expect(json.alt).toMatch(/cat/i);
  });

  it('follows usage, language and length', async () => {
    expect((await get('/alt', { query: 'usage=decorative' })).json).toMatchObject({ alt: '', status: 'decorative', branch: 'decorative' });
    expect((await get('/alt', { query: 'lang=de' })).json).toMatchObject({ alt: 'Eine Katze auf einer Matte.', lang: 'de' });
    expect(String((await get('/alt', { query: 'max=7' })).json.alt).length).toBeLessThanOrEqual(7);
  });

  it.each([
    [{ headers: { accept: 'text/plain' } }, 'text/plain; charset=utf-8'],
    [{ headers: { accept: 'text/plain;q=0.5, application/json' } }, 'application/json'],
    [{ headers: { accept: 'text/*, application/json;q=0.1' } }, 'text/plain; charset=utf-8'],
    [{ headers: { accept: '*/*' } }, 'application/json'],
    [{ headers: { accept: 'image/png' } }, 'application/json'],
    [{}, 'application/json'],
    [{ query: 'format=text' }, 'text/plain; charset=utf-8'],
    [{ query: 'format=json', headers: { accept: 'text/plain' } }, 'application/json'],
  ])('asked with %j answers as %s', async (asked: Asked, type) => {
    const { statusCode, headers, body } = await get('/alt', asked);
    expect([statusCode, headers['content-type'], headers.vary]).toEqual([200, type, 'Authorization, Accept']);
    if (type !== 'application/json') expect([body, headers['content-language']]).toEqual([JSON.parse((await get('/alt')).body).alt, 'en']);
  });

  it('as text is empty for a decorative picture, and a problem that says what to do when there is none', async () => {
    const decorative = await get('/alt', { query: 'format=text&usage=decorative' });
    expect([decorative.statusCode, decorative.body, decorative.headers['content-language']]).toEqual([200, '', undefined]);
    const none = await get('/alt', { query: 'format=text' }, silent);
    expect([none.statusCode, none.json.code]).toEqual([404, 'NOTHING_TO_SAY']);
    expect(String(none.json.detail)).toMatch(/.{10}/);
    expect((await get('/alt', {}, silent)).json).toMatchObject({ alt: null, status: 'pending', state: 'PENDING' });
  });
});

describe('GET /v1/images/{id}/seo', () => {
  it('gives the bundle at the address that is known', async () => {
    const { json, statusCode } = await get('/seo', { query: 'page=https://www.example.com/cats&usage=product' });
    expect(statusCode).toBe(200);
    const { jsonLd, openGraph, html } = seoSchema.parse(json);
    expect(jsonLd).toMatchObject({ '@id': 'https://images.example.com/shop/a.jpg', url: 'https://www.example.com/cats' });
    expect(openGraph['og:image']).toBe('https://images.example.com/shop/a.jpg');
    expect(html.img).toMatch(/^<img /);
    const { json: other } = await get('/seo', { query: 'url=https://cdn.example.com/1' });
    expect(seoSchema.parse(other).jsonLd['@id']).toBe('https://cdn.example.com/1');
  });

  it('without any address is a problem with the fix', async () => {
    const { ask } = api([record], { imageBaseUrl: '' });
    for (const query of ['', 'view=iiif']) {
      const { statusCode, json } = await ask('GET', `/v1/images/${record.id}${query === '' ? '/seo' : ''}`, { query });
      expect(statusCode).toBe(400);
      expect(json).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'url', message: expect.stringMatching(/imageBaseUrl/) }] });
    }
    const { statusCode } = await ask('GET', `/v1/images/${record.id}/seo`, { query: 'url=https://example.com/a.jpg' });
    expect(statusCode).toBe(200);
  });
});

describe('GET /v1/images/{id}?view=', () => {
  it('gives the response of Azure and the annotations of IIIF', async () => {
    const azure = await get('?view=azure');
    expect(azureSchema.parse(azure.json).metadata).toEqual({ width: 40, height: 30 });
    const iiif = await get('?view=iiif', { query: 'canvas=https://example.com/canvas/1' });
    expect(iiif.headers['content-type']).toBe('application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"');
    expect(iiifSchema.parse(iiif.json).items.map(({ target }) => target)).toContain('https://example.com/canvas/1');
  });

  it.each([
    'url=https://example.com/',
    'lang=de',
    'canvas=https://example.com/',
    'view=iiif&lang=de',
    'view=azure&canvas=https://example.com/',
    'view=x',
  ])('refuses ?%s, as it means nothing there', async (query) => {
    expect((await get('', { query })).statusCode).toBe(400);
  });
});

describe('POST /v1/lookup with a use', () => {
  it('gives each key its alternative text', async () => {
    const { ask } = api([record, silent]);
    const keys = [record.key, 'unknown', silent.key];
    const { json } = await ask('POST', '/v1/lookup', { body: { keys, usage: 'informative', lang: 'de' } });
    expect(lookupWithUseSchema.parse(json).results.map(({ alt }) => [alt?.alt, alt?.status])).toEqual([
      ['Eine Katze auf einer Matte.', 'described'],
      [undefined, undefined],
      [null, 'pending'],
    ]);
    const decorative = await ask('POST', '/v1/lookup', { body: { keys: [record.key], usage: 'decorative', max: 10, disclose: 'lead' } });
    expect(decorative.json.results).toMatchObject([{ alt: { alt: '' } }]);
  });

  it('is as it was without one, and refuses uses that it does not know', async () => {
    const { ask } = api([record]);
    expect((await ask('POST', '/v1/lookup', { body: { keys: [record.key] } })).json.results).toEqual([
      { key: record.key, image: expect.objectContaining({ id: record.id }) },
    ]);
    for (const use of [{ usage: 'x y' }, { max: 0 }, { max: '9' }, { lang: 'x\r\ny' }, { disclose: true }, { href: 'x' }]) {
      expect((await ask('POST', '/v1/lookup', { body: { keys: ['a'], ...use } })).statusCode).toBe(400);
    }
  });
});

describe('every output of an image', () => {
  it.each(PLACES)('%s has a strong tag of its own, answers 304, and says how long it stays fresh', async (place) => {
    const { headers } = await get(place);
    const etag = headers.etag ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(headers['cache-control']).toBe('private, max-age=60');
    const again = await get(place, { headers: { 'if-none-match': etag } });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    const other = { '/alt': 'lang=de', '/seo': 'lang=de', '?view=azure': 'lang=de' }[place] ?? 'canvas=https://example.com/';
    const another = await get(place, { query: other, headers: { 'if-none-match': etag } });
    expect(another.statusCode).toBe(200);
    expect((await get(place, {}, silent)).headers['cache-control']).toBe('private, no-cache');
  });

  it('changes its tag with the settings', async () => {
    const tags = await Promise.all(
      ['https://a.example.com/', 'https://b.example.com/'].map(
        async (imageBaseUrl) => (await api([record], { imageBaseUrl }).ask('GET', `/v1/images/${record.id}/seo`)).headers.etag,
      ),
    );
    expect(new Set(tags).size).toBe(2);
  });

  it.each(PLACES)("%s of others' images looks missing", async (place) => {
    const theirs = await readyRecord('theirs/a.jpg');
    const [path = '', query = ''] = place.split('?');
    const { ask } = api([theirs]);
    const asked = await ask('GET', `/v1/images/${theirs.id}${path}`, { as: CALLERS.shop, query });
    const unknown = await ask('GET', `/v1/images/${'x'.repeat(22)}${path}`, { as: CALLERS.shop, query });
    expect([asked.statusCode, asked.body]).toEqual([404, unknown.body]);
  });
});
