// Everything but uploading works without JavaScript: finding, correcting, reviewing, copying, listening, and what others changed meanwhile.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { imageId } from '../../functions/core/record/image-id.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { BUCKET } from '../support/api.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { fakeSpeech } from '../support/fake-speech.ts';
import { fakeTranslator } from '../support/fake-translator.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';
import { KEYS, webRecords } from '../support/web-records.ts';
import { pictureAt } from '../support/web-states.ts';

describe.skipIf(CHROMIUM === undefined)('without JavaScript', () => {
  let browser: Browser;
  let app: WebApp;
  let page: Page;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    app = await startWebApp(await webRecords(), { lookup: { speech: fakeSpeech(), translator: fakeTranslator() } });
    const context = await browser.newContext({ javaScriptEnabled: false });
    await signIn(context, app);
    page = await context.newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await app.close();
  });

  const recordOf = async (key: string): Promise<CaptionRecord | undefined> => app.api.store.records.get(await imageId(BUCKET, key));
  const open = async (path: string): Promise<void> => void (await page.goto(`${app.url}${path}`));
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const unfold = (name: string): Promise<void> => page.locator('summary', { hasText: name }).click();

  it('finds pictures by key and state, and says how to upload', async () => {
    await open('/');
    expect(await page.locator('noscript').textContent()).toContain('curl --upload-file');
    expect(await page.locator('#files').isVisible()).toBe(false);
    await page.getByLabel('State').selectOption('Could not be described');
    await button('Show').click();
    expect(await page.locator('.card h3').allTextContents()).toEqual(['broken.jpg']);
    expect(await page.locator('.card').textContent()).toContain('The file is damaged.');
  });

  it('corrects a text, locks it, and withdraws it', async () => {
    await open(await pictureAt(KEYS.machine));
    await unfold('Edit the alt text');
    await page.locator('#alt-text').fill('An espresso in a red cup.');
    await page.locator('#alt-locked').check();
    await button('Save the alt text').click();
    expect(await page.getByRole('status').first().textContent()).toBe('Saved.');
    expect((await recordOf(KEYS.machine))?.texts.alt).toMatchObject({ text: 'An espresso in a red cup.', origin: 'human', locked: true });
    await unfold('Edit the alt text');
    await button('Withdraw it').first().click();
    expect((await recordOf(KEYS.machine))?.texts.alt).toMatchObject({ text: 'A white cup of coffee on a brown table.', origin: 'machine' });
    expect(await page.locator('.past').textContent()).toContain('An espresso in a red cup.');
  });

  it('shows what is wrong beside the field, keeps what was typed, and links to the field', async () => {
    await open(await pictureAt(KEYS.machine));
    await unfold('Edit the alt text');
    await page.locator('#alt-text').fill('A fine cup.');
    await page.locator('#alt-lang').fill('not a language');
    await button('Save the alt text').click();
    expect(await page.locator('#alt-text').inputValue()).toBe('A fine cup.');
    expect(await page.locator('#alt-lang').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#alt-lang').getAttribute('aria-describedby')).toBe('alt-lang-hint alt-lang-error');
    await page.getByRole('alert').getByRole('link').click();
    expect(page.url()).toContain('#alt-lang');
    expect((await recordOf(KEYS.machine))?.texts.alt?.origin).toBe('machine');
  });

  it("keeps someone's text when others were faster, and sends it all the same when asked", async () => {
    await open(await pictureAt(KEYS.machine));
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Accept the alt text' }).click();
    await unfold('Edit the alt text');
    await page.locator('#alt-text').fill('An espresso in a red cup.');
    await button('Save the alt text').click();
    expect(await page.locator('h1').textContent()).toBe('Someone else was faster');
    expect(await page.locator('#yours').textContent()).toBe('An espresso in a red cup.');
    expect((await recordOf(KEYS.machine))?.texts.alt?.origin).toBe('reviewed');
    await button('Send mine all the same').click();
    expect((await recordOf(KEYS.machine))?.texts.alt).toMatchObject({ text: 'An espresso in a red cup.', origin: 'human' });
  });

  it('takes a proposal, and turns one down', async () => {
    await open(await pictureAt(KEYS.proposal));
    await unfold('Turn the proposal down');
    await page.locator('#alt-proposal-reason').fill('it loses her name');
    await button('Turn it down').click();
    const record = await recordOf(KEYS.proposal);
    expect([record?.proposals?.alt, record?.history?.at(-1)]).toMatchObject([undefined, { why: 'rejected', note: 'it loses her name' }]);
    expect(record?.texts.alt?.origin).toBe('human');
  });

  it('writes translations, and lets a machine write them', async () => {
    await open(await pictureAt(KEYS.machine));
    await unfold('Add or change a translation');
    await page.locator('#translation-lang').fill('fr');
    await page.locator('#translation-text').fill('Un café dans une tasse rouge.');
    await button('Save the translation').click();
    await unfold('Add or change a translation');
    await page.locator('#translation-lang').fill('de');
    await button('Let a machine translate it').click();
    const translations = (await recordOf(KEYS.machine))?.translations;
    expect(translations?.fr?.alt).toMatchObject({ text: 'Un café dans une tasse rouge.', origin: 'human' });
    expect(translations?.de?.alt?.origin).toBe('machine');
    expect(await page.locator('h3', { hasText: 'Alt text: French (fr)' }).count()).toBe(1);
  });

  it('describes the product', async () => {
    await open(await pictureAt(KEYS.machine));
    await unfold('Change the product data');
    await page.locator('#product-brand').fill('Sund');
    await page.locator('#product-keywords').fill('cup, espresso ,');
    await button('Save the product data').click();
    expect((await recordOf(KEYS.machine))?.product).toMatchObject({
      brand: 'Sund',
      keywords: ['cup', 'espresso'],
      negativeKeywords: ['cheap'],
    });
  });

  it('tells the text of a use and the branch of the decision tree', async () => {
    await open(await pictureAt(KEYS.machine));
    await page.getByLabel('The picture', { exact: true }).selectOption('Decorates: the picture says nothing');
    await page.locator('.switcher button').click();
    expect(await page.locator('#spoken').textContent()).toBe('(nothing: decorative)');
    expect(await page.locator('main').textContent()).toContain('Branch text for its look');
  });

  it('offers code as text, and the player of the browser', async () => {
    await open(await pictureAt(KEYS.machine));
    expect(await page.locator('#copy-img').textContent()).toMatch(
      /^<img src="https:\/\/images\.example\.com\/shop\/mugs\/coffee\.jpg" alt="/,
    );
    expect(await page.locator('[data-copy]:visible').count()).toBe(0);
    expect(await page.locator('audio[controls]').isVisible()).toBe(true);
  });

  it('reviews with buttons', async () => {
    await open('/review');
    expect(await page.locator('kbd:visible').count()).toBe(0);
    await button('Accept').click();
    expect(await page.getByRole('status').first().textContent()).toBe('Accepted: cameraman.jpg. This is the next picture.');
    expect(await page.title()).toContain('Accepted: cameraman.jpg');
    await page.getByRole('link', { name: 'Next', exact: true }).click();
    await page.getByLabel('What is wrong with it?').fill('made up');
    await button('Reject the text').click();
    expect(await page.getByRole('status').first().textContent()).toContain('Rejected: old-coffee.jpg');
    expect((await recordOf(KEYS.outdated))?.withheld?.alt?.reason).toBe('made up');
  });

  it('signs out and in again', async () => {
    await open('/report');
    await button('Sign out').click();
    await open('/report');
    expect(await page.locator('h1').textContent()).toBe('Sign in');
    await page.getByLabel('Access token').fill('reader.token.signed');
    await button('Sign in').click();
    expect(await page.locator('h1').textContent()).toBe('Report');
  });
});
