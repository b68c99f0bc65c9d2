// Uploading in the browser: a file goes to the bucket with its progress told, its text arrives by itself, and refusals are said in words.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { imageId } from '../../functions/core/record/image-id.ts';
import { BUCKET, readyRecord } from '../support/api.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { hear } from '../support/keyboard.ts';
import { photo } from '../support/local-service.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';
import { pendingRecord } from '../support/web-records.ts';

const KEY = /^animals\/[0-9a-f]{8}\/raccoon\.jpg$/;

describe.skipIf(CHROMIUM === undefined)('uploading', () => {
  let browser: Browser;
  let app: WebApp;
  let page: Page;
  const trouble: string[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    app = await startWebApp([], {
      uploaded: async (key, { store }) => {
        store.records.set(await imageId(BUCKET, key), await pendingRecord(key));
      },
    });
    const context = await browser.newContext();
    await signIn(context, app);
    page = await context.newPage();
    trouble.length = 0;
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    await page.goto(app.url);
  });
  afterEach(async () => {
    await page.context().close();
    await app.close();
  });

  const choose = async (name: string, mimeType: string, bytes: Buffer): Promise<void> =>
    page.getByLabel('Choose pictures, or drop them here').setInputFiles({ name, mimeType, buffer: bytes });

  const settle = async (key: string): Promise<void> => {
    app.api.store.records.set(await imageId(BUCKET, key), await readyRecord(key));
  };

  it('sends the file, tells its progress, and shows its text and card when they are there', async () => {
    const bytes = await photo('raccoon.jpg');
    await page.getByLabel('Folder').fill('animals/');
    await choose('raccoon.jpg', 'image/jpeg', bytes);
    await hear(page, 'raccoon.jpg: Sent. It is being described.');
    const [key = ''] = app.put.keys();
    expect(key).toMatch(KEY);
    expect(app.put.get(key)?.equals(bytes)).toBe(true);
    await settle(key);
    await hear(page, 'raccoon.jpg: A cat on a mat.');
    await page.locator('.card .says', { hasText: 'A cat on a mat.' }).waitFor();
    await page.getByRole('link', { name: 'Open raccoon.jpg' }).click();
    expect(await page.locator('h1').textContent()).toBe('raccoon.jpg');
    expect(trouble).toEqual([]);
  });

  it('follows pictures that were there already, and changes their cards in place', async () => {
    await app.api.store.put(await pendingRecord('a/first.jpg'), undefined);
    await page.reload();
    expect(await page.locator('.card').textContent()).toContain('Being described');
    await settle('a/first.jpg');
    await hear(page, 'first.jpg: A cat on a mat.');
    expect(await page.locator('.card').count()).toBe(1);
    expect(await page.locator('.card').textContent()).toContain('A cat on a mat.');
  });

  it.each([
    ['of another type', 'notes.txt', 'text/plain', Buffer.from('x'), 'This kind of file is not supported.'],
    ['that is empty', 'empty.png', 'image/png', Buffer.alloc(0), 'The file is empty.'],
    ['that is too large', 'large.png', 'image/png', Buffer.alloc(1_000_001), 'The file is too large.'],
  ])('refuses a file %s, and says so', async (_, name, type, bytes, words) => {
    await choose(name, type, bytes);
    await hear(page, `${name}: ${words}`);
    expect(await page.locator('#uploads li').textContent()).toContain(words);
    expect(app.put.size).toBe(0);
  });

  it('says what the service says when it refuses a key', async () => {
    await page.getByLabel('Folder').fill('../');
    await choose('raccoon.jpg', 'image/jpeg', await photo('raccoon.jpg'));
    await hear(page, 'must have no segment');
    expect(app.put.size).toBe(0);
  });

  it('takes files that are dropped', async () => {
    const base64 = (await photo('raccoon.jpg')).toString('base64');
    const data = await page.evaluateHandle(`(async () => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], 'raccoon.jpg', { type: 'image/jpeg' }));
      return transfer;
    })()`);
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: data });
    await hear(page, 'raccoon.jpg: Sent.');
    expect(app.put.size).toBe(1);
  });
});
