// Publishing rules in a browser: the boxes lie on the picture, whatever its proportions and the width of the window.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageId } from '../../functions/core/record/image-id.ts';
import { BUCKET, readyRecord } from '../support/api.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { packOf } from '../support/rule-subjects.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';

const KEY = 'shop/coffee.jpg';
const SIZE = { width: 600, height: 400 };
const BOX = [0.5, 0.25, 0.25, 0.5] as const;
const WIDTHS = [360, 800, 1400];

describe.skipIf(CHROMIUM === undefined)('boxes of broken rules', () => {
  let browser: Browser;
  let app: WebApp;

  beforeAll(async () => {
    const picture = { sha256: 'a'.repeat(64), bytes: 1, ...SIZE, format: 'jpeg', dhash: '0123456789abcdef' } as const;
    app = await startWebApp([await readyRecord(KEY, { picture, facts: { logos: [{ brand: 'Acme', confidence: 0.9, box: BOX }] } })]);
    (app.api.service.rulePacks as ReturnType<typeof packOf>[]).splice(0, 9, packOf({ check: 'logos' }));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it.each(WIDTHS)('lie on the picture in a window of %i px', async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    await signIn(context, app);
    const page = await context.newPage();
    await page.goto(`${app.url}/images/${await imageId(BUCKET, KEY)}`);
    await page.locator('summary', { hasText: 'Breaks rules' }).click();
    const image = await page.locator('.marked img').boundingBox();
    const box = await page.locator('.marked rect').boundingBox();
    if (image === null || box === null) throw new Error('nothing is drawn');
    expect(image.width / image.height).toBeCloseTo(SIZE.width / SIZE.height, 1);
    const places = [(box.x - image.x) / image.width, (box.y - image.y) / image.height, box.width / image.width, box.height / image.height];
    // the stroke is 3 px wide
    for (const [at, place] of places.entries()) expect(Math.abs(place - (BOX[at] ?? 0))).toBeLessThan(0.03);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    await context.close();
  });
});
