// The page of a running service in a real browser: signing in, sending a photo to the bucket, seeing it, signing out; and what other sites
// and the page's own policy keep out.

import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { SESSION_COOKIE } from '../../functions/core/lookup/session.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { photo, startForTest, temporaryFolder } from '../support/local-service.ts';
import { BOTH } from '../support/token-callers.ts';

const STARTS_MS = 180_000;

describe.skipIf(CHROMIUM === undefined)('the page of a running service', () => {
  const dataFolder = temporaryFolder();
  let service: LocalService;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let wrong: string[];

  beforeAll(async () => {
    ({ service } = await startForTest({ dataFolder, open: false }));
    browser = await startBrowser();
  }, STARTS_MS);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    context = await browser.newContext();
    onTestFinished(() => context.close());
    page = await context.newPage();
    wrong = [];
    page.on('pageerror', ({ message }) => wrong.push(message));
    page.on('console', (line) => {
      // the sign-in page comes with 401, which is no mistake
      if (line.type() === 'error' && !line.text().includes('401')) wrong.push(line.text());
    });
  });

  const signIn = async (path = '/'): Promise<void> => {
    await page.goto(`${service.apiUrl}${path}`);
    await page.getByLabel('Access token').fill(await service.token({ scopes: BOTH }));
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  it('leads from the sign-in page to the one that was asked for, with a session that scripts cannot read', async () => {
    await signIn('/review?prefix=shop%2F');
    await page.waitForURL('**/review?prefix=shop%2F');
    const [cookie, ...others] = await context.cookies();
    expect([others, cookie]).toMatchObject([[], { name: SESSION_COOKIE, httpOnly: true, sameSite: 'Strict', path: '/' }]);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(wrong).toEqual([]);
  });

  it('says that a wrong token is none, at its field', async () => {
    await page.goto(service.apiUrl);
    await page.getByLabel('Access token').fill('a.b.c');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('not a token that can be used here');
    expect(await page.getByLabel('Access token').getAttribute('aria-invalid')).toBe('true');
    expect(await context.cookies()).toEqual([]);
  });

  it('sends a photo to the bucket, shows it with its text, and forgets all at signing out', async () => {
    await signIn();
    await page.locator('#files').setInputFiles({ name: 'cat.jpg', mimeType: 'image/jpeg', buffer: await photo('cat.jpg') });
    await page.getByRole('link', { name: 'Open cat.jpg' }).click();
    await page.waitForURL('**/images/*');
    await page.locator('img[src$="/picture"]').first().scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(`document.querySelector('img[src$="/picture"]').naturalWidth`)).toBe(451);
    const url = page.url();
    expect(wrong).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto(url);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Sign in');
    expect(await context.cookies()).toEqual([]);
  });

  it('runs no script that somebody puts into it', async () => {
    await signIn();
    await page.waitForURL(`${service.apiUrl}/`);
    const put = [
      "document.body.append(Object.assign(document.createElement('script'), { textContent: 'taken = true' }))",
      "document.body.setAttribute('onclick', 'taken = true')",
      'document.body.innerHTML = \'<img src=x onerror="taken = true">\'',
    ];
    for (const script of put) await expect(page.evaluate(script)).rejects.toThrow(/Trusted/);
    expect(await page.evaluate("'taken' in globalThis")).toBe(false);
  });

  it('takes no form of another site, and cannot be shown inside of one', async () => {
    await signIn();
    await page.waitForURL(`${service.apiUrl}/`);
    const address = service.apiUrl;
    const other = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(
        `<form method="post" action="${address}/session/end"><button>Win</button></form><iframe src="${address}/" title="f"></iframe>`,
      );
    });
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void other.close());
    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
    expect(
      page
        .frames()
        .slice(1)
        .map((frame) => frame.url()),
    ).not.toContain(`${address}/`);
    await page.getByRole('button', { name: 'Win' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Refused');
    expect(await context.cookies(address)).toHaveLength(1);
  });
});
