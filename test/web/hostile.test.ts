// The escaping corpus in every field of a record, on every page: nothing of it runs, and what is shown is what was written.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { nameOf } from '../../functions/handlers/pages/words.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { ESCAPING_CORPUS } from '../support/escaping-corpus.ts';
import { hostileRecord } from '../support/hostile-record.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';

/** Longer texts are a matter of layout, not of escaping. */
const MOST_CHARS = 2_000;
/** Pages of lists, each of which shows other texts. */
const LISTS = 40;
/** Some hundred pages on a busy machine. */
const MOST_MS = 900_000;
/** The corpus calls these; so does nothing else. */
const TRAPS = `for (const name of ['alert', 'confirm', 'prompt', 'print']) globalThis[name] = () => { globalThis.hit = name; };
  document.addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective, sample }) => { (globalThis.violations ??= []).push(violatedDirective + ' ' + blockedURI + ' ' + sample); });`;

/** A document has one kind of line break, and neither NUL nor lone surrogates, which become U+FFFD or nothing. */
const asParsed = (words: string): string =>
  words
    .replaceAll(/\r\n?/g, '\n')
    .toWellFormed()
    .replaceAll(/[\0\uFFFD]/g, '');

/** What a page gives back, by the same measure. */
const READ = "((words) => words.replaceAll(/[\\0\\uFFFD]/g, ''))";

/** Keys are not empty and have no lone surrogates. */
const asKey = (words: string): string => words.toWellFormed() || 'empty';

describe.skipIf(CHROMIUM === undefined)('hostile texts', { timeout: MOST_MS }, () => {
  const texts = ESCAPING_CORPUS.filter(({ text: words }) => words.length <= MOST_CHARS);
  let browser: Browser;
  let page: Page;
  let app: WebApp;
  let records: CaptionRecord[];
  const trouble: string[] = [];

  beforeAll(async () => {
    records = await Promise.all(texts.map(({ text: words, id }) => hostileRecord(words, `${id}/${asKey(words)}`)));
    app = await startWebApp(records);
    browser = await startBrowser({ pictures: false });
    const context = await browser.newContext();
    await signIn(context, app);
    await context.addInitScript(TRAPS);
    page = await context.newPage();
    page.on('dialog', (dialog) => {
      trouble.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => trouble.push(`error ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith('http://127.0.0.1:')) trouble.push(`request ${request.url()}`);
    });
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  /** Goes to a page and tells what ran there. */
  const visit = async (path: string): Promise<unknown> => {
    await page.goto(`${app.url}${path}`, { waitUntil: 'domcontentloaded' });
    return page.evaluate('globalThis.hit ?? globalThis.violations');
  };

  it('are at least two hundred', () => {
    expect(texts.length).toBeGreaterThanOrEqual(200);
  });

  it('do nothing on the page of a picture, and stand there as they were written', async () => {
    const wrong: string[] = [];
    for (const [at, { id, text: words }] of texts.entries()) {
      const record = records[at];
      const ran = await visit(`/images/${record?.id}`);
      const shown = await page.evaluate(`[
        document.querySelector('h1').textContent,
        document.querySelector('#alt-text').value,
        document.querySelector('.past blockquote')?.textContent ?? '',
        document.querySelector('#product-name').value,
      ].map(${READ})`);
      const said = asParsed(words);
      const expected = [asParsed(nameOf(record?.key ?? '')), said, said, said.replaceAll('\n', '')];
      if (ran !== undefined || JSON.stringify(shown) !== JSON.stringify(expected)) wrong.push(`${id}: ${ran} ${JSON.stringify(shown)}`);
    }
    expect(wrong).toEqual([]);
    expect(trouble).toEqual([]);
  });

  const nextPage = (): Promise<string | null> =>
    page.evaluate(`document.querySelector('[rel=next], a[data-key=n]')?.getAttribute('href') ?? null`);

  it('do nothing in lists, the report and the review', async () => {
    const ran: unknown[] = [await visit('/report')];
    for (let path: string | null = '/'; path !== null; path = await nextPage()) ran.push(await visit(path));
    await visit('/review');
    for (let path = await nextPage(); path !== null && ran.length < LISTS; path = await nextPage()) ran.push(await visit(path));
    expect(ran.filter((one) => one !== undefined)).toEqual([]);
    expect(ran.length).toBe(LISTS);
    expect(trouble).toEqual([]);
  });

  /** Sends a form as a browser does. */
  const submit = async (path: string, fields: Record<string, string>): Promise<void> => {
    const sent = page.waitForEvent('domcontentloaded');
    await page.evaluate(`{
      const form = document.createElement('form');
      form.method = 'post';
      form.action = ${JSON.stringify(path)};
      for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
        const field = document.createElement('textarea');
        field.name = name;
        field.value = value;
        form.append(field);
      }
      document.body.append(form);
      form.submit();
    }`);
    await sent;
  };

  it('come back as they were sent when they are refused, or someone else was faster', async () => {
    const wrong: string[] = [];
    await visit('/settings');
    for (const [at, { id, text: words }] of texts.entries()) {
      await submit(`/images/${records[at]?.id}`, {
        do: 'save',
        field: 'alt',
        etag: '"0"',
        text: words.toWellFormed(),
        note: words.toWellFormed(),
      });
      const ran = await page.evaluate('globalThis.hit ?? globalThis.violations');
      const back = await page.evaluate(
        `[document.querySelector('#yours')?.textContent ?? document.querySelector('#alt-text').value, document.querySelector('[name=text]').value].map(${READ})`,
      );
      const said = asParsed(words);
      const expected = [words === '' ? '(empty)' : said, said];
      if (ran !== undefined || JSON.stringify(back) !== JSON.stringify(expected)) wrong.push(`${id}: ${ran} ${JSON.stringify(back)}`);
    }
    expect(wrong).toEqual([]);
    expect(trouble).toEqual([]);
  });
});
