// The whole way in the local service: a browser uploads a photo, reads its text, corrects it, and the API tells the correction.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalService } from '../../infra/local/service.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { hear } from '../support/keyboard.ts';
import { photo, startForTest, temporaryFolder } from '../support/local-service.ts';

const START_MS = 180_000;

describe.skipIf(CHROMIUM === undefined)('the page of the local service', () => {
  let browser: Browser;
  let service: LocalService;

  beforeAll(async () => {
    ({ service } = await startForTest({ dataFolder: temporaryFolder() }));
    browser = await startBrowser();
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  it('uploads, describes, corrects and reports', { timeout: START_MS }, async () => {
    const page = await (await browser.newContext()).newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    await page.goto(service.apiUrl);
    await page
      .getByLabel('Choose pictures, or drop them here')
      .setInputFiles({ name: 'cat.jpg', mimeType: 'image/jpeg', buffer: await photo('cat.jpg') });
    await hear(page, 'cat.jpg: Sent. It is being described.');
    await page.getByRole('link', { name: 'Open cat.jpg' }).click();
    expect(await page.locator('h1').textContent()).toBe('cat.jpg');
    await page.waitForFunction("document.querySelector('.picture img').naturalWidth > 0");
    await page.locator('summary', { hasText: /^(Edit|Write) the alt text$/ }).click();
    await page.locator('#alt-text').fill('A tabby cat looks to the right.');
    await page.getByRole('button', { name: 'Save the alt text' }).click();
    await page.waitForURL(/did=save/);
    await hear(page, 'Saved.');
    const key = await page.locator('.facts code').first().textContent();
    const answer = await fetch(`${service.apiUrl}/v1/images?${new URLSearchParams({ key: key ?? '' })}`);
    const image = (await answer.json()) as { texts: { alt: { text: string; origin: string } } };
    expect(image.texts.alt).toMatchObject({ text: 'A tabby cat looks to the right.', origin: 'human' });
    await page.goto(`${service.apiUrl}/report`);
    expect(await page.locator('.big').textContent()).toBe('100 % with an alt text or decided to be decorative, of 1 picture.');
    expect(trouble).toEqual([]);
  });
});
