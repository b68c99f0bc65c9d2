// The first load of a gallery of 500 pictures: what it weighs before pictures, and that nothing goes wrong in the console.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';
import { manyRecords } from '../support/web-records.ts';

const PICTURES = 500;
const A_PAGE = 24;
const PREFIX = 'catalogue/00';
const BELOW_PREFIX = 100;
/** HTML, styles and scripts as they are transferred, headers apart, without compression: API Gateway adds none. */
const MAX_BYTES = 60_000;
const WEIGHED = ['document', 'stylesheet', 'script'];

describe.skipIf(CHROMIUM === undefined)('a gallery of 500 pictures', () => {
  let browser: Browser;
  let app: WebApp;

  beforeAll(async () => {
    app = await startWebApp(await manyRecords(PICTURES));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it('weighs at most 60 kB before its pictures, and says nothing in the console', async () => {
    const context = await browser.newContext();
    await signIn(context, app);
    const page = await context.newPage();
    const said: string[] = [];
    const weights: Record<string, number> = {};
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('requestfinished', async (request) => {
      const type = request.resourceType();
      const body = WEIGHED.includes(type) ? await (await request.response())?.body() : undefined;
      if (body !== undefined) weights[type] = (weights[type] ?? 0) + body.length;
    });
    await page.goto(app.url, { waitUntil: 'networkidle' });
    const total = Object.values(weights).reduce((sum, bytes) => sum + bytes, 0);
    console.log(
      `First load of a gallery of ${PICTURES}: ${total} bytes (${Object.entries(weights)
        .map(([type, bytes]) => `${type} ${bytes}`)
        .join(', ')})`,
    );
    expect(Object.keys(weights).toSorted()).toEqual(WEIGHED.toSorted());
    expect(total).toBeLessThanOrEqual(MAX_BYTES);
    expect(said).toEqual([]);
    expect(await page.locator('.card').count()).toBe(A_PAGE);
  });

  it('leads to every picture below a prefix, page by page', async () => {
    const context = await browser.newContext();
    await signIn(context, app);
    const page = await context.newPage();
    const follow = (name: string): Promise<unknown> =>
      Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('link', { name }).click()]);
    await page.goto(`${app.url}/?prefix=${encodeURIComponent(PREFIX)}`);
    const seen = new Set(await page.locator('.card h3').allTextContents());
    while ((await page.locator('[rel=next]').count()) > 0) {
      await follow('Next page');
      for (const name of await page.locator('.card h3').allTextContents()) seen.add(name);
    }
    expect(seen.size).toBe(BELOW_PREFIX);
    await follow('First page');
    expect(new URL(page.url()).search).toBe(`?prefix=${encodeURIComponent(PREFIX)}`);
  });
});
