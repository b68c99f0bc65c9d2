// The script that fills in missing alternative texts, as it is shipped, in a real browser with a look-up of our own.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeWebFiles } from '../../infra/bundles.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';

const MAX_BYTES = 1_100;
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

type Asked = { keys: string[]; authorization: string | undefined; body: Record<string, unknown> };
type Alt = { alt: string | null; lang?: string; origin?: string } | null;

/** Adds up how far things have moved. */
const COUNT_SHIFTS = `globalThis.shifts = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { shifts += value; })).observe({ type: 'layout-shift', buffered: true });`;

const folder = mkdtempSync(join(tmpdir(), 'fill-alt-'));
writeWebFiles(folder);
const SCRIPT = join(folder, 'web', 'fill-alt.js');

describe('fill-alt.js as it is shipped', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has at most 1.1 kB', () => {
    expect(statSync(SCRIPT).size).toBeLessThanOrEqual(MAX_BYTES);
  });
});

describe.skipIf(CHROMIUM === undefined)('fill-alt.js in a browser', () => {
  const script = readFileSync(SCRIPT, 'utf8');
  let server: Server;
  let browser: Browser;
  let page: Page;
  let origin = '';
  let html = '';
  let asked: Asked[] = [];
  let known: Record<string, Alt> = {};
  let status = 200;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      if (path === '/page') return response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
      if (path === '/fill-alt.js') return response.setHeader('content-type', 'text/javascript').end(script);
      if (path.startsWith('/pictures/')) return response.setHeader('content-type', 'image/png').end(PIXEL);
      if (path !== '/v1/lookup') return response.writeHead(404).end();
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
      asked.push({ keys: body.keys, authorization: request.headers.authorization, body });
      const results = body.keys.map((key: string) => ({ key, image: null, alt: known[key] ?? null }));
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });
  afterEach(async () => {
    await page.close();
    asked = [];
    known = {};
    status = 200;
  });

  /** Opens a page with pictures and the script, and waits until nothing more is asked. */
  const open = async (pictures: string, data = 'data-images="/pictures/"'): Promise<void> => {
    html = `<!DOCTYPE html><html lang="en"><title>x</title><body>${pictures}<script defer src="/fill-alt.js" data-api="/v1/lookup" ${data}></script>`;
    page = await browser.newPage();
    await page.addInitScript({ content: COUNT_SHIFTS });
    await page.goto(`${origin}/page`, { waitUntil: 'networkidle' });
  };

  const alts = (): Promise<(string | null)[]> => page.$$eval('img', (images) => images.map((image) => image.getAttribute('alt')));

  const settled = async (): Promise<void> => {
    await page.waitForTimeout(200);
    await page.waitForLoadState('networkidle');
  };

  it('fills what is missing, and leaves alone what is there, empty or not', async () => {
    known = { 'a.png': { alt: 'A cat.', lang: 'en', origin: 'machine' }, 'b c.png': { alt: 'Ein Hund.', lang: 'de', origin: 'human' } };
    await open(
      '<img src="/pictures/a.png"><img src="/pictures/b%20c.png?w=2#x"><img src="/pictures/a.png" alt=""><img src="/pictures/a.png" alt="Mine">',
    );
    expect(await alts()).toEqual(['A cat.', 'Ein Hund.', '', 'Mine']);
    const shown = await page.$$eval('img', (images) =>
      images.map((image) => [image.dataset.altOrigin ?? null, image.getAttribute('lang')]),
    );
    expect(shown).toEqual([
      ['machine', 'en'],
      ['human', 'de'],
      [null, null],
      [null, null],
    ]);
    expect(asked).toEqual([
      { keys: ['a.png', 'b c.png'], authorization: undefined, body: { keys: ['a.png', 'b c.png'], usage: 'informative' } },
    ]);
  });

  it('marks decorative pictures with an empty alt, and does nothing where there is no text', async () => {
    known = { 'd.png': { alt: '', origin: 'human' }, 'n.png': { alt: null } };
    await open('<img src="/pictures/d.png"><img src="/pictures/n.png"><img src="/pictures/unknown.png"><img src="/elsewhere/a.png">');
    expect(await alts()).toEqual(['', null, null, null]);
    expect(asked.flatMap(({ keys }) => keys)).toEqual(['d.png', 'n.png', 'unknown.png']);
  });

  it('asks for 100 keys at a time, and for each key once', async () => {
    const keys = Array.from({ length: 250 }, (_, n) => `${n}.png`);
    known = Object.fromEntries(keys.map((key) => [key, { alt: `Picture ${key}.` }]));
    await open([...keys, ...keys].map((key) => `<img src="/pictures/${key}" width="1" height="1">`).join(''));
    expect(asked.map((call) => call.keys.length)).toEqual([100, 100, 50]);
    expect(await alts()).toEqual([...keys, ...keys].map((key) => `Picture ${key}.`));
  });

  it('follows pictures that come later, and elements that show another one', async () => {
    known = { 'a.png': { alt: 'First.' }, 'b.png': { alt: 'Second.' }, 'c.png': { alt: 'Third.' } };
    await open('<img id="one" src="/pictures/a.png"><div id="list"></div>');
    await page.$eval('#list', (list) => {
      list.innerHTML = '<p><img src="/pictures/b.png"></p><img src="/pictures/b.png" alt="Mine">';
    });
    await settled();
    expect(await alts()).toEqual(['First.', 'Second.', 'Mine']);
    await page.$eval('#one', (image) => image.setAttribute('src', '/pictures/c.png'));
    await settled();
    expect(await alts()).toEqual(['Third.', 'Second.', 'Mine']);
    await page.$eval('#one', (image) => image.setAttribute('src', '/pictures/none.png'));
    await settled();
    expect(await alts()).toEqual([null, 'Second.', 'Mine']);
    expect(await page.$eval('#one', (image) => image.hasAttribute('data-alt-origin'))).toBe(false);
  });

  it("leaves an alt that the page's own script sets with another picture", async () => {
    known = { 'a.png': { alt: 'First.', origin: 'machine' }, 'b.png': { alt: 'Second.', origin: 'machine' } };
    await open('<img src="/pictures/a.png">');
    expect(await alts()).toEqual(['First.']);
    await page.$eval('img', (image) => {
      image.setAttribute('src', '/pictures/b.png');
      image.setAttribute('alt', 'Mine');
    });
    await settled();
    expect(await alts()).toEqual(['Mine']);
    expect(await page.$eval('img', (image) => image.hasAttribute('data-alt-origin'))).toBe(false);
  });

  it('moves nothing, loaded or not', async () => {
    known = { 'a.png': { alt: 'A very long text '.repeat(20) }, 'lazy.png': { alt: 'Another very long text '.repeat(20) } };
    await open(
      '<p>Before</p><img src="/pictures/a.png" width="200" height="100"><p>Between</p><div style="height:3000px"></div><img src="/pictures/lazy.png" loading="lazy" width="200" height="100"><p>After</p>',
    );
    await settled();
    expect(await alts()).toEqual([known['a.png']?.alt, known['lazy.png']?.alt]);
    expect(await page.evaluate('shifts')).toBe(0);
    // so that the zero means something
    await page.evaluate("document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 300px' }))");
    await settled();
    expect(await page.evaluate('shifts')).toBeGreaterThan(0);
  });

  it('sends the token and what else its tag says', async () => {
    known = { 'a.png': { alt: 'Kaufen' } };
    await open('<img src="/pictures/a.png">', 'data-images="/pictures/" data-token="secret" data-usage="product" data-lang="de"');
    expect(asked).toMatchObject([{ authorization: 'Bearer secret', body: { usage: 'product', lang: 'de' } }]);
  });

  it('leaves out what other programs have written at its tag, as the look-up takes nothing else', async () => {
    known = { 'a.png': { alt: 'A cat.' } };
    await open('<img src="/pictures/a.png">', 'data-images="/pictures/" data-cfasync="false" data-turbo-track="reload"');
    expect(await alts()).toEqual(['A cat.']);
    expect(asked.map(({ body }) => Object.keys(body))).toEqual([['keys', 'usage']]);
  });

  it('takes no orders from a picture that has the name of its tag', async () => {
    known = { 'a.png': { alt: 'A cat.' } };
    await open('<img name="currentScript" data-api="/v1/lookup" data-images="/pictures/" src="/pictures/a.png">');
    expect(asked).toEqual([]);
    expect(await alts()).toEqual([null]);
  });

  it('takes texts as texts', async () => {
    known = { 'a.png': { alt: '"><img src=x onerror="document.title=\'bad\'">' } };
    await open('<img src="/pictures/a.png">');
    expect(await alts()).toEqual([known['a.png']?.alt]);
    expect(await page.title()).toBe('x');
  });

  it('leaves the page as it is when nobody answers, and keys that no look-up takes', async () => {
    status = 503;
    await open(`<img src="/pictures/a.png"><img src="/pictures/%FF.png"><img src="/pictures/${'x'.repeat(2000)}"><img>`);
    expect(await alts()).toEqual([null, null, null, null]);
    expect(asked.flatMap(({ keys }) => keys)).toEqual(['a.png']);
  });
});
