// A browser plays what the local service speaks, in both formats, and seeks in it.
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalService } from '../../infra/local/service.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { finalImage, photo, startForTest, temporaryFolder } from '../support/local-service.ts';

const START_MS = 180_000;
const TEXT = 'A red bicycle leans against a brick wall.';

/** Plays it to its last tenth of a second: seconds that it has, and where it has come to. */
const PLAYED = `(async (source) => {
  const audio = new Audio(source);
  audio.muted = true;
  const event = (name) => new Promise((resolve, reject) => {
    audio.addEventListener(name, resolve, { once: true });
    audio.addEventListener('error', () => reject(new Error(audio.error.message)), { once: true });
  });
  audio.load();
  await event('loadedmetadata');
  audio.currentTime = audio.duration - 0.1;
  await event('seeked');
  const ended = event('ended');
  await audio.play();
  await ended;
  return { seconds: audio.duration, at: audio.currentTime };
})`;

describe.skipIf(CHROMIUM === undefined)('speech in a browser', () => {
  let browser: Browser;
  let service: LocalService;
  let page: Page;

  beforeAll(async () => {
    const started = await startForTest({ dataFolder: temporaryFolder() });
    ({ service } = started);
    browser = await startBrowser();
    const key = 'a.jpg';
    await started.s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: await photo('coffee.jpg') }));
    started.s3.destroy();
    const { id } = await finalImage(service, key);
    const headers = { 'content-type': 'application/json', 'if-match': '*' };
    const saved = await fetch(`${service.apiUrl}/v1/images/${id}/texts/alt`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ text: TEXT }),
    });
    expect(saved.status).toBe(200);
    page = await (await browser.newContext()).newPage();
    await page.goto(`${service.apiUrl}/images/${id}`);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  it.each(['mp3', 'ogg'])('is played as %s, from any place in it', async (format) => {
    const path = new URL(page.url()).pathname;
    const played = (await page.evaluate(`${PLAYED}('${path}/speech?format=${format}')`)) as { seconds: number; at: number };
    expect(played.seconds).toBeGreaterThan(1.5);
    expect(played.seconds).toBeLessThan(8);
    expect(played.at).toBeCloseTo(played.seconds, 1);
  });

  it('is heard to its end by the button of the page', async () => {
    await page.getByRole('button', { name: 'Listen' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Listen' }).waitFor();
    expect(await page.locator('#spoken-error').textContent()).toBe('');
  });
});
