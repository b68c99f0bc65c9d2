import { Readable } from 'node:stream';
import { parseSitemap, parseSitemapIndex } from 'sitemap';
import { describe, expect, it } from 'vitest';
import { MAX_KEY_REQUESTS } from '../../../../functions/core/lookup/lookup-keys.ts';
import type { Lookup } from '../../../../functions/core/lookup/lookup-ports.ts';
import type { Principal } from '../../../../functions/core/lookup/principal.ts';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { PICTURES_A_FILE, sitemapFile, sitemapIndex } from '../../../../functions/core/seo/sitemap.ts';
import { SITEMAP_LIMITS, sitemapIndexXml, sitemapXml } from '../../../../functions/core/seo/sitemap-xml.ts';
import { api, readyRecord } from '../../../support/api.ts';
import { fakeStore } from '../../../support/fake-store.ts';
import { checkSitemap } from '../../../support/sitemap-schemas.ts';

const ANN: Principal = { id: 'jwt:ann', scopes: SCOPES };
const SITE = 'https://www.example.com/gallery';
const AT = 'https://www.example.com/sitemap-images.xml';
const ADDRESSES = { imageBaseUrl: 'https://images.example.com/', sitePageUrl: SITE };

const shown = (pageUrl: string): Partial<CaptionRecord> => ({
  product: { keywords: [], negativeKeywords: [], pageUrl, from: 'api', at: 1 },
});

const lookupOf = (records: readonly CaptionRecord[], settings: Partial<Lookup['settings']> = {}, keysAtOnce?: number): Lookup =>
  api(records, { ...ADDRESSES, ...settings }, keysAtOnce === undefined ? {} : { keysAtOnce }).service.lookup;

/** Pages with their pictures, as the package `sitemap` reads them. */
const readFile = async (xml: string): Promise<Record<string, string[]>> => {
  checkSitemap(xml, 'urlset');
  const items = await parseSitemap(Readable.from([xml]));
  return Object.fromEntries(items.map(({ url, img }) => [url, img.map((image) => image.url)]));
};

const readIndex = async (xml: string): Promise<string[]> => {
  checkSitemap(xml, 'sitemapindex');
  return (await parseSitemapIndex(Readable.from([xml]))).map(({ url }) => url);
};

describe('a file of the sitemap', () => {
  it('has the pictures of each page, and names those that it leaves out', async () => {
    const lookup = lookupOf(
      await Promise.all([
        readyRecord('a & b.jpg', shown('https://shop.example.com/1?x=1&y=2')),
        readyRecord('c.jpg', shown('https://shop.example.com/1?x=1&y=2')),
        readyRecord('d.jpg', { state: 'PENDING', texts: {} }),
        readyRecord('e.jpg', { state: 'FAILED', reason: 'CORRUPT', texts: {} }),
        readyRecord('f.jpg', { state: 'DELETED', texts: {} }),
        readyRecord('g/../h.jpg'),
      ]),
    );
    const xml = await sitemapFile(lookup, ANN, '', 1);
    expect(await readFile(xml)).toEqual({
      'https://shop.example.com/1?x=1&y=2': ['https://images.example.com/a%20%26%20b.jpg', 'https://images.example.com/c.jpg'],
      [SITE]: ['https://images.example.com/d.jpg', 'https://images.example.com/e.jpg'],
    });
    expect(xml).toContain('<!-- 1 picture has no page or no public address and is left out');
    for (const old of ['caption', 'title', 'license', 'geo_location', 'lastmod']) expect(xml).not.toContain(`${old}>`);
  });

  it('leaves out pictures without a page, and says how many', async () => {
    const lookup = lookupOf(await Promise.all(['a', 'b'].map((key) => readyRecord(key))), { sitePageUrl: '' });
    const xml = await sitemapFile(lookup, ANN, '', 1);
    expect(xml).toContain('<!-- 2 pictures have no page or no public address and are left out');
    expect(xml).not.toContain('<url>');
  });

  it('has a page once, whatever place in it a product names', async () => {
    const lookup = lookupOf(
      await Promise.all([
        readyRecord('a', shown('https://shop.example.com/list#a')),
        readyRecord('b', shown('https://shop.example.com/list#b')),
      ]),
    );
    expect(await readFile(await sitemapFile(lookup, ANN, '', 1))).toEqual({
      'https://shop.example.com/list': ['https://images.example.com/a', 'https://images.example.com/b'],
    });
    expect(await readIndex(await sitemapIndex(lookup, ANN, '', `${AT}#top`))).toEqual([`${AT}?page=1`]);
  });

  it('says so when there is nothing in it, and has no file behind', async () => {
    const lookup = lookupOf(await Promise.all([readyRecord('shop/a'), readyRecord('gone', { state: 'DELETED', texts: {} })]));
    expect(await readIndex(await sitemapIndex(lookup, ANN, 'none/', AT))).toHaveLength(1);
    for (const prefix of ['none/', 'gone']) {
      expect(await sitemapFile(lookup, ANN, prefix, 1)).toContain('<!-- there are no pictures here yet -->\n<urlset ');
    }
    await expect(sitemapFile(lookup, ANN, 'none/', 2)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'the sitemap has no such file',
    });
  });

  it("has the caller's pictures below the prefix only", async () => {
    const lookup = lookupOf(await Promise.all(['shop/a', 'shop/b', 'other/c'].map((key) => readyRecord(key))));
    expect(await readFile(await sitemapFile(lookup, ANN, 'shop/', 1))).toEqual({
      [SITE]: ['https://images.example.com/shop/a', 'https://images.example.com/shop/b'],
    });
    const mine = { ...ANN, prefixes: ['other/', 'shop/a'] };
    expect(await readFile(await sitemapFile(lookup, mine, '', 1))).toEqual({
      [SITE]: ['https://images.example.com/other/c', 'https://images.example.com/shop/a'],
    });
  });

  it('needs a public address of the pictures, and says how to set it', async () => {
    const lookup = lookupOf([], { imageBaseUrl: '' });
    for (const asking of [sitemapFile(lookup, ANN, '', 1), sitemapIndex(lookup, ANN, '', AT)]) {
      await expect(asking).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('set imageBaseUrl') });
    }
  });
});

describe('the sitemap of many pictures', () => {
  it('has each picture once, in files that its index names, however the store tells the keys', async () => {
    const keys = Array.from({ length: 2_345 }, (_, n) => `shop/${String(n).padStart(5, '0')}.jpg`);
    const lookup = lookupOf(await Promise.all(keys.map((key) => readyRecord(key))), {}, 700);
    const files = await readIndex(await sitemapIndex(lookup, ANN, 'shop/', AT));
    expect(files).toEqual([1, 2, 3].map((page) => `${AT}?prefix=shop%2F&page=${page}`));
    const found: string[] = [];
    for (const address of files) {
      const page = Number(new URL(address).searchParams.get('page'));
      const { [SITE]: images = [] } = await readFile(await sitemapFile(lookup, ANN, 'shop/', page));
      expect(images.length).toBeLessThanOrEqual(SITEMAP_LIMITS.images);
      found.push(...images);
    }
    expect(found).toEqual(keys.map((key) => `${ADDRESSES.imageBaseUrl}${key}`));
    await expect(sitemapFile(lookup, ANN, 'shop/', 4)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  /** A store of `count` keys that holds no records but those of a file that is asked for, and counts what it is asked. */
  const endless = async (count: number, keysAtOnce: number) => {
    const store = fakeStore();
    const asked = { keys: 0, records: 0 };
    const usual = await readyRecord('usual');
    const keyAt = (n: number): string => `shop/${String(n).padStart(9, '0')}.jpg`;
    const lookup = lookupOf([]);
    const counting: Lookup['store'] = {
      ...store,
      async keys({ after }) {
        asked.keys++;
        const from = after === undefined ? 0 : Number(after.slice(5, 14)) + 1;
        const to = Math.min(count, from + keysAtOnce);
        const keys = Array.from({ length: Math.max(0, to - from) }, (_, n) => keyAt(from + n));
        return { keys, ...(to < count && { next: keyAt(to - 1) }) };
      },
      async getMany(ids) {
        asked.records += ids.length;
        return ids.map((id) => ({ ...usual, id }));
      },
    };
    return { asked, lookup: { ...lookup, store: counting } };
  };

  it('of 100,000 pictures reads keys alone for the index, and 1,000 records for a file', async () => {
    const { asked, lookup } = await endless(100_000, 7_000);
    expect(await readIndex(await sitemapIndex(lookup, ANN, '', AT))).toHaveLength(100);
    expect(asked).toEqual({ keys: 15, records: 0 });
    await sitemapFile(lookup, ANN, '', 100);
    expect(asked).toEqual({ keys: 30, records: PICTURES_A_FILE });
    await sitemapFile(lookup, ANN, '', 1);
    expect(asked).toEqual({ keys: 31, records: 2 * PICTURES_A_FILE });
  });

  it('ends at its bounds, and says so', async () => {
    const slow = await endless(10_000_000, 500);
    const xml = await sitemapIndex(slow.lookup, ANN, '', AT);
    expect(await readIndex(xml)).toHaveLength((MAX_KEY_REQUESTS * 500) / PICTURES_A_FILE);
    expect(slow.asked.keys).toBe(MAX_KEY_REQUESTS);
    expect(xml).toContain('<!-- only the first 100000 pictures: make a sitemap for each prefix of the keys -->');
  });

  it('of no pictures has one empty file', async () => {
    const lookup = lookupOf([]);
    expect(await readIndex(await sitemapIndex(lookup, ANN, '', `${AT}?v=1`))).toEqual([`${AT}?v=1&page=1`]);
    expect(await sitemapFile(lookup, ANN, '', 1)).toContain('<urlset');
  });
});

describe('the XML', () => {
  it('keeps to the limits of the protocol with the longest addresses', () => {
    const longest = (n: number): string => `https://example.com/${n}/`.padEnd(2_047, 'x');
    const xml = sitemapXml(
      Array.from({ length: PICTURES_A_FILE }, (_, n) => ({ page: longest(n), image: longest(n + PICTURES_A_FILE) })),
      [],
    );
    checkSitemap(xml, 'urlset');
    expect(Buffer.byteLength(xml)).toBeLessThan(SITEMAP_LIMITS.bytes);
    // what a Lambda function can answer
    expect(Buffer.byteLength(xml)).toBeLessThan(6_000_000);
    expect(PICTURES_A_FILE).toBeLessThanOrEqual(SITEMAP_LIMITS.entries);
  });

  it('has each picture of a page once, and remarks that end nowhere else', async () => {
    const picture = { page: SITE, image: 'https://images.example.com/a.jpg' };
    const xml = sitemapXml([picture, picture], ['--><x/>', '---']);
    expect(await readFile(xml)).toEqual({ [SITE]: [picture.image] });
  });

  it('is refused by the schemas when something else is in it', () => {
    const usual = sitemapXml([{ page: SITE, image: 'https://images.example.com/a.jpg' }], []);
    checkSitemap(usual, 'urlset');
    for (const [from, to] of [
      ['</image:loc>', '</image:loc><image:caption>x</image:caption>'],
      ['https://images.example.com/a.jpg', 'javascript:alert(1)'],
      ['</url>', '<x/></url>'],
      [`<loc>${SITE}</loc>`, ''],
    ] as const) {
      expect(usual).toContain(from);
      expect(() => checkSitemap(usual.replace(from, to), 'urlset')).toThrow();
    }
    expect(() => checkSitemap(sitemapIndexXml([], []), 'sitemapindex')).toThrow();
    expect(() => checkSitemap(usual, 'sitemapindex')).toThrow();
  });
});
