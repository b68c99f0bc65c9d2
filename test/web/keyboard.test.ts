// Everything by keyboard alone: finding a picture, correcting its text, reviewing with single keys, listening.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RequestError } from '../../functions/core/lookup/request-error.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { BUCKET } from '../support/api.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { fakeSpeech } from '../support/fake-speech.ts';
import { focused, hear, tabTo } from '../support/keyboard.ts';
import { tone } from '../support/tone.ts';
import { signIn, startWebApp, type WebApp, type WebWishes } from '../support/web-app.ts';
import { KEYS, webRecords } from '../support/web-records.ts';
import { pictureAt } from '../support/web-states.ts';

const TONE_S = 0.3;

describe.skipIf(CHROMIUM === undefined)('by keyboard alone', () => {
  let browser: Browser;
  let app: WebApp;
  let page: Page;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const open = async (wishes: WebWishes = {}): Promise<void> => {
    app = await startWebApp(await webRecords(), wishes);
    const context = await browser.newContext();
    await signIn(context, app);
    page = await context.newPage();
  };
  beforeEach(() => open());
  afterEach(async () => {
    await page.context().close();
    await app.close();
  });

  const recordOf = async (key: string): Promise<CaptionRecord | undefined> => app.api.store.records.get(await imageId(BUCKET, key));
  const reviewed = (): Promise<string | null> => page.locator('#first-title').textContent();
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  /** A key that leads to another page. */
  const pressOn = async (key: string): Promise<void> => {
    const moved = page.waitForEvent('load');
    await press(key);
    await moved;
  };

  it('skips to the content with the first Tab', async () => {
    await page.goto(app.url);
    await press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    await press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('finds a picture, corrects its alt text and hears that it is saved', async () => {
    await page.goto(app.url);
    const before = await tabTo(page, 'Key begins with');
    expect(before.slice(0, 7)).toEqual(['Skip to content', 'Pictures', 'Review', 'Report', 'Models', 'Settings', 'Sign out']);
    await page.keyboard.type('shop/mugs/coffee');
    expect(await tabTo(page, 'Show')).toHaveLength(1);
    await pressOn('Enter');
    await tabTo(page, 'coffee.jpg');
    await pressOn('Enter');
    await tabTo(page, 'Edit the alt text');
    await press('Enter');
    await tabTo(page, 'Alt text');
    await press('ControlOrMeta+A');
    await page.keyboard.type('An espresso in a red cup.');
    await tabTo(page, 'Save the alt text');
    await pressOn('Enter');
    await hear(page, 'Saved.');
    expect((await recordOf(KEYS.machine))?.texts.alt).toMatchObject({ text: 'An espresso in a red cup.', origin: 'human', by: 'jwt:ann' });
    expect(await page.locator('#spoken').textContent()).toContain('An espresso in a red cup.');
  });

  it('accepts, skips, marks as decorative and rejects with a reason, with one key each', async () => {
    await page.goto(`${app.url}/review`);
    expect(await reviewed()).toBe('cameraman.jpg');
    await pressOn('a');
    await hear(page, 'Accepted: cameraman.jpg. This is the next picture.');
    expect(await page.evaluate('document.activeElement.id')).toBe('first-title');
    expect((await recordOf(KEYS.risky))?.texts.alt).toMatchObject({ text: 'A person with a camera on a tripod.', origin: 'reviewed' });

    expect(await reviewed()).toBe('cat.jpg');
    await pressOn('n');
    await hear(page, 'Skipped. This is the next picture.');
    expect(await reviewed()).toBe('old-coffee.jpg');
    await pressOn('d');
    await hear(page, 'Marked as decorative: old-coffee.jpg. This is the next picture.');
    expect((await recordOf(KEYS.outdated))?.texts.alt).toMatchObject({ text: '', origin: 'human' });

    const next = await reviewed();
    await press('r');
    expect(await focused(page)).toBe('What is wrong with it?');
    await page.keyboard.type('made up');
    await pressOn('Enter');
    await hear(page, `Rejected: ${next}`);
  });

  it('goes to the text with one key, and types the letters of keys into it', async () => {
    await page.goto(`${app.url}/review`);
    await press('e');
    expect(await focused(page)).toBe('Alt text');
    await press('ControlOrMeta+A');
    await page.keyboard.type('a raven and a deer');
    expect(await page.locator('#review-text').inputValue()).toBe('a raven and a deer');
    await tabTo(page, 'Save your text');
    await pressOn('Enter');
    expect((await recordOf(KEYS.risky))?.texts.alt).toMatchObject({ text: 'a raven and a deer', origin: 'human' });
  });

  it('leaves single keys alone once they are switched off, also on the next page', async () => {
    await page.goto(`${app.url}/review`);
    await tabTo(page, 'Use single keys on this page');
    await press('Space');
    await hear(page, 'Single keys are off.');
    expect(await page.locator('kbd:visible').count()).toBe(0);
    await page.reload();
    await press('a');
    await press('d');
    expect(await reviewed()).toBe('cameraman.jpg');
    expect(page.url()).toBe(`${app.url}/review`);
  });

  it('does nothing on keys that are held with others', async () => {
    await page.goto(`${app.url}/review`);
    await press('Alt+a');
    await press('ControlOrMeta+d');
    expect(await reviewed()).toBe('cameraman.jpg');
  });

  describe('listening', () => {
    const openWith = async (lookup: NonNullable<WebWishes['lookup']>): Promise<void> => {
      await page.context().close();
      await app.close();
      await open({ lookup });
      await page.goto(`${app.url}${await pictureAt(KEYS.machine)}`);
    };

    it('plays the text with one button', async () => {
      await openWith({ speech: { ...fakeSpeech(), speak: async () => ({ bytes: tone(TONE_S), contentType: 'audio/wav' }) } });
      await tabTo(page, 'Listen');
      await press('Enter');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByRole('button', { name: 'Listen' }).waitFor();
      expect(await page.evaluate('document.querySelector("#player").ended')).toBe(true);
    });

    it('says why there is nothing to hear', async () => {
      await openWith({ speech: fakeSpeech({ fault: () => new RequestError('SPEECH_OFF', 'install the engine') }) });
      await tabTo(page, 'Listen');
      await press('Enter');
      await hear(page, 'The text cannot be spoken: install the engine');
      expect(await page.locator('#spoken-error').textContent()).toContain('install the engine');
    });

    it('says that speech is off where it is', async () => {
      await page.goto(`${app.url}${await pictureAt(KEYS.machine)}`);
      expect(await page.locator('main').textContent()).toContain('Speech is off in this deployment');
      expect(await page.locator('audio').count()).toBe(0);
    });
  });
});
