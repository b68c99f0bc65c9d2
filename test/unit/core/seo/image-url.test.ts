import { describe, expect, it } from 'vitest';
import type { Product } from '../../../../functions/core/record/record.ts';
import { httpUrl, imageUrl, MAX_URL_CHARS, pageUrl } from '../../../../functions/core/seo/image-url.ts';
import { placeOf } from '../../../../functions/core/seo/place.ts';
import { api, readyRecord } from '../../../support/api.ts';
import { HOSTILE_KEYS } from '../../../support/hostile-keys.ts';

const BASE = 'https://images.example.com/';
const product: Product = { keywords: [], negativeKeywords: [], from: 'api', at: 1 };

describe('httpUrl', () => {
  it.each(['https://example.com/a b', 'http://example.com', 'HTTPS://EXAMPLE.com/\u00e9?x=<>&"#y', 'https://xn--bcher-kva.example/'])(
    'takes %j as URL.href writes it',
    (address) => {
      expect(httpUrl(address)).toBe(new URL(address).href);
    },
  );

  it.each([
    '',
    'x',
    '/path',
    '//example.com/',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com/',
    ' https://example.com/',
    'https://example.com/\n',
    'https://ann:secret@example.com/',
    'https://ann@example.com/',
    'https://example.com:99999/',
    'https://',
    `https://example.com/${'x'.repeat(MAX_URL_CHARS)}`,
    `https://example.com/?${'&'.repeat(500)}`,
  ])('refuses %j', (address) => {
    expect(httpUrl(address)).toBeUndefined();
  });
});

describe('imageUrl', () => {
  it('names every key below the base that an address can name', () => {
    for (const key of HOSTILE_KEYS) {
      const url = imageUrl({ key }, BASE);
      const dots = key.split('/').some((segment) => segment === '.' || segment === '..');
      if (url === undefined) expect(dots || encodeURIComponent(key).length > 1500).toBe(true);
      else expect(decodeURIComponent(new URL(url).pathname.slice(1))).toBe(key);
    }
  });

  it('is what the caller says first, and nothing without a base', () => {
    expect(imageUrl({ key: 'a.jpg' }, BASE, 'https://cdn.example.com/1')).toBe('https://cdn.example.com/1');
    expect(imageUrl({ key: 'a.jpg' }, BASE, 'javascript:alert(1)')).toBeUndefined();
    expect(imageUrl({ key: 'a.jpg' }, '')).toBeUndefined();
  });
});

describe('pageUrl', () => {
  it("is the caller's, the product's, or the site's, whichever comes first and is an address", () => {
    const site = 'https://www.example.com/';
    const shop = { product: { ...product, pageUrl: 'https://shop.example.com/1' } };
    expect(pageUrl(shop, site, 'https://example.com/2')).toBe('https://example.com/2');
    expect(pageUrl(shop, site)).toBe('https://shop.example.com/1');
    expect(pageUrl({ product: { ...product, pageUrl: 'javascript:alert(1)' } }, site)).toBe(site);
    expect(pageUrl({ product }, site)).toBe(site);
    expect(pageUrl({}, '')).toBeUndefined();
  });
});

describe('placeOf', () => {
  const { settings } = api([]).service.lookup;

  it('says what to do when the picture has no address', async () => {
    const record = await readyRecord('a.jpg');
    expect(placeOf(record, settings, {})).toEqual({ url: `${BASE}a.jpg` });
    expect(placeOf(record, { ...settings, sitePageUrl: 'https://example.com/' }, {})).toEqual({
      url: `${BASE}a.jpg`,
      pageUrl: 'https://example.com/',
    });
    expect(() => placeOf(record, { ...settings, imageBaseUrl: '' }, {})).toThrow(/^url: .*imageBaseUrl/);
    // the base is of the service's own bucket
    expect(() => placeOf({ ...record, bucket: 'others' }, settings, {})).toThrow(/^url: /);
    expect(placeOf({ ...record, bucket: 'others' }, settings, { url: 'http://example.com/x' })).toEqual({ url: 'http://example.com/x' });
  });

  it('refuses what is no address by name', async () => {
    const record = await readyRecord('a.jpg');
    expect(() => placeOf(record, settings, { url: 'x' })).toThrow(/^url: must be an http/);
    expect(() => placeOf(record, settings, { page: 'mailto:ann@example.com' })).toThrow(/^page: must be an http/);
  });
});
