// Every page in every state, light and dark, at 320 and 1280 px: no violation that axe can find, one h1, nothing to scroll sideways.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { foundRecords } from '../support/found-records.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';
import { manyRecords, webRecords } from '../support/web-records.ts';
import { WEB_STATES, type WebState } from '../support/web-states.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const MANY = 60;
const VIEWS = [
  { colorScheme: 'light', width: 320, height: 640 },
  { colorScheme: 'dark', width: 320, height: 640 },
  { colorScheme: 'light', width: 1280, height: 900 },
  { colorScheme: 'dark', width: 1280, height: 900 },
] as const;

/** 1280 x 1024 px at 400 % (WCAG 1.4.10). */
const ZOOMED = { width: 320, height: 256 };

const RUN = `axe.run(document, {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')))`;

/** Opens what is folded, so that it is looked at, too. */
const UNFOLD = "for (const part of document.querySelectorAll('details')) part.open = true";

/** Shows all boxes over the picture. */
const SWITCH_ON = "for (const box of document.querySelectorAll('.switches input')) box.checked = true";

const sideways = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe.skipIf(CHROMIUM === undefined)('every page, light and dark, at 320 and 1280 px', () => {
  let browser: Browser;
  let context: BrowserContext;
  const apps = new Map<WebState['records'], WebApp>();

  beforeAll(async () => {
    browser = await startBrowser();
    context = await browser.newContext({ reducedMotion: 'reduce' });
    apps.set('usual', await startWebApp(await webRecords()));
    apps.set('none', await startWebApp([]));
    apps.set('found', await startWebApp(await foundRecords()));
    apps.set('many', await startWebApp(await manyRecords(MANY)));
  });

  afterAll(async () => {
    await browser.close();
    for (const app of apps.values()) await app.close();
  });

  const visit = async ({ records, session, arrive }: WebState): Promise<Page> => {
    const url = apps.get(records)?.url ?? '';
    await context.clearCookies();
    if (session !== 'nobody') await signIn(context, { url }, session);
    const page = await context.newPage();
    await arrive(page, url);
    await page.evaluate(UNFOLD);
    await page.evaluate(SWITCH_ON);
    await page.evaluate(AXE);
    return page;
  };

  it.each(WEB_STATES)('$name', async (state) => {
    const page = await visit(state);
    expect(await page.locator('#token').count()).toBe(state.session === 'nobody' ? 1 : 0);
    const found: unknown[] = [];
    for (const { colorScheme, width, height } of VIEWS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      found.push({ colorScheme, width, violations: await page.evaluate(RUN), wide: await sideways(page) });
    }
    await page.setViewportSize(ZOOMED);
    const atZoom = { wide: await sideways(page), headings: await page.locator('h1').count() };
    await page.close();
    expect(found).toEqual(VIEWS.map(({ colorScheme, width }) => ({ colorScheme, width, violations: [], wide: 0 })));
    expect(atZoom).toEqual({ wide: 0, headings: 1 });
  });
});
