// The coverage report as a page of its own (GET /v1/report?format=html): read by axe in light and dark, narrow and wide, and by keyboard.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, readyRecord } from '../support/api.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ADDRESS = 'https://api.example.com/v1/report?format=html&prefix=shop/';
const HEIGHT = 800;

describe.skipIf(CHROMIUM === undefined)('the report as a page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const report = async () => {
    const keys = ['shop/a.jpg', 'shop/hats/b.jpg', `shop/${'very-long-name-'.repeat(12)}/c.jpg`, 'shop/שלום/d.jpg'];
    return api(await Promise.all(keys.map((key) => readyRecord(key)))).ask('GET', '/v1/report', { query: 'format=html&prefix=shop/' });
  };

  it.each([
    ['light', 320],
    ['dark', 320],
    ['light', 1280],
    ['dark', 1280],
  ] as const)('has nothing that axe finds wrong: %s, %i px', async (colorScheme, width) => {
    const { body, headers } = await report();
    const page = await browser.newPage({ colorScheme, viewport: { width, height: HEIGHT }, bypassCSP: true });
    await page.route('**/*', (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8', headers }));
    await page.goto(ADDRESS);
    await page.evaluate(AXE);
    const violations: unknown = await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length]))',
    );
    expect(violations).toEqual([]);
    // the table scrolls in its own region, not the page
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('keeps its style under its own policy, without a word on the console, and can be walked by keyboard', async () => {
    const { body, headers } = await report();
    const page = await browser.newPage({ viewport: { width: 320, height: HEIGHT } });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.route('**/*', (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8', headers }));
    await page.goto(ADDRESS);
    expect(await page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse")).toBe('collapse');
    expect(said.filter((line) => !line.includes('favicon'))).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe('region');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('A');
    await page.close();
  });
});
