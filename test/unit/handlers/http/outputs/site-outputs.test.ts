import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { parseSitemapIndex } from 'sitemap';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../../../functions/core/report/coverage-counts.ts';
import { coverageSchema } from '../../../../../functions/handlers/http/outputs/output-schemas.ts';
import { reportHtml } from '../../../../../functions/handlers/http/outputs/report-html.ts';
import { api, CALLERS, readyRecord } from '../../../../support/api.ts';
import { documentElements } from '../../../../support/parsed-html.ts';
import { checkSitemap } from '../../../../support/sitemap-schemas.ts';

const SITE = { sitePageUrl: 'https://www.example.com/' };
const records = await Promise.all(['shop/a.jpg', 'shop/hats/b.jpg', 'other/c.jpg'].map((key) => readyRecord(key)));

describe('GET /v1/sitemap-images.xml', () => {
  const get = (query = '', headers = {}) => api(records, SITE).ask('GET', '/v1/sitemap-images.xml', { query, headers });
  const locations = async (xml: string) => (await parseSitemapIndex(Readable.from([xml]))).map(({ url }) => url);

  it('names its files at its own address, or at the one that crawlers know', async () => {
    const { statusCode, headers, body } = await get();
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/xml; charset=utf-8',
      'private, max-age=3600',
    ]);
    expect(await locations(body)).toEqual(['https://api.example.com/v1/sitemap-images.xml?page=1']);
    const local = await get('', { host: '127.0.0.1:8080', 'x-forwarded-proto': 'http' });
    expect(await locations(local.body)).toEqual(['http://127.0.0.1:8080/v1/sitemap-images.xml?page=1']);
    expect(await locations((await get('at=https://www.example.com/map.xml&prefix=shop/')).body)).toEqual([
      'https://www.example.com/map.xml?prefix=shop%2F&page=1',
    ]);
  });

  it('gives a file, with a strong tag', async () => {
    const { body, headers } = await get('page=1&prefix=shop/');
    checkSitemap(body, 'urlset');
    expect(body).toContain('https://images.example.com/shop/hats/b.jpg');
    expect(body).not.toContain('other/');
    const again = await get('page=1&prefix=shop/', { 'if-none-match': headers.etag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each([
    ['page=0', {}, 'page'],
    ['page=x', {}, 'page'],
    ['page=1&at=https://example.com/', {}, 'at'],
    ['at=x', {}, 'at'],
    ['', { host: 'x y' }, 'at'],
    ['', { host: '' }, 'at'],
  ])('refuses ?%s with %j and names %s', async (query, headers, field) => {
    const { statusCode, json } = await get(query, headers);
    expect([statusCode, json.errors]).toEqual([400, [expect.objectContaining({ field })]]);
  });

  it('has no file behind the last', async () => {
    expect((await get('page=2')).statusCode).toBe(404);
  });
});

describe('GET /v1/report', () => {
  const get = (query = '', headers = {}) => api(records).ask('GET', '/v1/report', { query, headers });

  it('is JSON unless a page is asked for', async () => {
    const { json, headers } = await get('prefix=shop/');
    expect(coverageSchema.parse(json)).toMatchObject({ prefix: 'shop/', total: { images: 2 } });
    expect([headers['content-type'], headers.vary, headers['cache-control']]).toEqual([
      'application/json',
      'Authorization, Accept',
      'private, max-age=60',
    ]);
    for (const [query, accept] of [
      ['format=html', '*/*'],
      ['', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ]) {
      expect((await get(query, { accept })).headers['content-type']).toBe('text/html; charset=utf-8');
    }
    expect((await get('', { 'if-none-match': (await get()).headers.etag })).statusCode).toBe(304);
  });

  it('as a page has a table with names for rows and columns, and allows nothing but its own style', async () => {
    const { body, headers } = await get('format=html');
    const elements = documentElements(body);
    const named = (name: string) => elements.filter((element) => element.name === name);
    expect(named('html')[0]?.attributes.lang).toBe('en');
    expect([named('title').length, named('h1').length, named('main').length, named('caption').length]).toEqual([1, 1, 1, 1]);
    expect(named('th').map(({ attributes: { scope } }) => scope)).toEqual(expect.arrayContaining(['col', 'row']));
    for (const { attributes } of named('th')) expect(['col', 'row']).toContain(attributes.scope);
    const columns = named('th').filter(({ attributes }) => attributes.scope === 'col').length;
    const rows = named('tr').length - 1;
    expect(named('td')).toHaveLength(rows * (columns - 1));
    const [region] = named('div');
    expect(named('caption')[0]?.attributes.id).toBe(region?.attributes['aria-labelledby']);
    expect(named('script')).toEqual([]);
    const [style] = named('style');
    const hash = createHash('sha256')
      .update(style?.text ?? '')
      .digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(named('a').map(({ attributes: { href } }) => href)).toEqual(['?format=html&prefix=other%2F', '?format=html&prefix=shop%2F']);
  });

  it('as a page leads to the next part, and says what is in no folder or in many', async () => {
    const counts = { ...noCounts(), images: 3, described: 1 };
    const percent = { withAlt: 33.3, reviewed: null, lintClean: 0 };
    const folders = ['shop/', 'shop/hats/', null].map((prefix) => ({ prefix, counts, percent }));
    const html = await reportHtml({ prefix: 'shop/', total: counts, percent, folders, next: 'NEXT' });
    const links = documentElements(html).filter(({ name }) => name === 'a');
    expect(links.map(({ attributes: { href } }) => href)).toEqual([
      '?format=html&prefix=shop%2Fhats%2F',
      '?format=html&prefix=shop%2F&cursor=NEXT',
    ]);
    for (const words of ['not in a folder below', 'All other folders', 'All until here', '33.3 %', '<td>none</td>'])
      expect(html).toContain(words);
    const empty = await reportHtml({
      prefix: '',
      total: noCounts(),
      percent: { withAlt: null, reviewed: null, lintClean: null },
      folders: [],
    });
    expect(empty).toContain('There are no pictures here.');
    const top = await reportHtml({ prefix: '', total: counts, percent, folders: [{ prefix: '', counts, percent }] });
    expect(top).toContain('(no folder)');
  });

  it("counts the caller's pictures alone, and refuses a cursor of another query", async () => {
    const { ask } = api(records);
    expect((await ask('GET', '/v1/report', { as: CALLERS.shop })).json).toMatchObject({ total: { images: 2 } });
    const { statusCode, json } = await ask('GET', '/v1/report', { query: 'cursor=x' });
    expect([statusCode, json.code]).toEqual([400, 'INVALID_CURSOR']);
  });
});
