// What was found in a picture, in a browser: boxes are switched by keyboard and without a script, and lie on the picture; a video plays from the
// bucket with its descriptions.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageId } from '../../functions/core/record/image-id.ts';
import { BUCKET } from '../support/api.ts';
import { CHROMIUM, startBrowser } from '../support/browser.ts';
import { EVERYTHING, FOUND_KEYS, foundRecords } from '../support/found-records.ts';
import { temporaryFolder } from '../support/local-service.ts';
import { signIn, startWebApp, type WebApp } from '../support/web-app.ts';

const CLIP_S = 2;

const folder = temporaryFolder();

/** A short film, or undefined where there is no ffmpeg. */
const film = (): Buffer | undefined => {
  const file = join(folder, 'clip.webm');
  const made = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc=d=${CLIP_S}:s=120x80:r=10`, '-c:v', 'libvpx', file]);
  return made.status === 0 ? readFileSync(file) : undefined;
};
const CLIP = CHROMIUM === undefined ? undefined : film();
if (CLIP === undefined) console.log('The test that plays a video is skipped: there is no Chromium or no ffmpeg with libvpx.');

describe.skipIf(CHROMIUM === undefined)('what was found', () => {
  let browser: Browser;
  let app: WebApp;

  beforeAll(async () => {
    app = await startWebApp(await foundRecords());
    if (CLIP !== undefined) app.put.set(FOUND_KEYS.video, CLIP);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = async (
    key: string,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext }> => {
    const context = await browser.newContext(options);
    await signIn(context, app);
    const page = await context.newPage();
    await page.goto(`${app.url}/images/${await imageId(BUCKET, key)}`);
    return { page, context };
  };

  it.each([360, 1400])('is drawn where it is when it is asked for, in a window of %i px, also without a script', async (width) => {
    const { page, context } = await opened(FOUND_KEYS.everything, { viewport: { width, height: 900 }, javaScriptEnabled: false });
    const first = page.locator('.boxes-objects rect').first();
    expect(await first.isVisible()).toBe(false);
    await page.getByRole('checkbox', { name: '3 objects' }).focus();
    await page.keyboard.press('Space');
    const [image, box] = [await page.locator('.drawn img').boundingBox(), await first.boundingBox()];
    if (image === null || box === null) throw new Error('nothing is drawn');
    const places = [(box.x - image.x) / image.width, (box.y - image.y) / image.height, box.width / image.width, box.height / image.height];
    const wanted = EVERYTHING.objects?.[0]?.box ?? [];
    // the stroke is 2.5 px wide
    for (const [at, place] of places.entries()) expect(Math.abs(place - (wanted[at] ?? 0))).toBeLessThan(0.03);
    expect(await page.locator('.boxes-text rect').first().isVisible()).toBe(false);
    await page.keyboard.press('Space');
    expect(await first.isVisible()).toBe(false);
    await context.close();
  });

  it.skipIf(CLIP === undefined)('plays with its descriptions, from the bucket', async () => {
    const { page, context } = await opened(FOUND_KEYS.video);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.reload({ waitUntil: 'networkidle' });
    const played = await page.evaluate(`(async () => {
      const video = document.querySelector('main video');
      const [track] = video.textTracks;
      track.mode = 'hidden';
      video.muted = true;
      await video.play();
      await new Promise((done) => video.addEventListener('ended', done, { once: true }));
      return { seconds: Math.round(video.currentTime), kind: track.kind, cues: [...track.cues].map(({ text }) => text) };
    })()`);
    expect(played).toEqual({
      seconds: CLIP_S,
      kind: 'descriptions',
      cues: ['A dog runs on grass.', 'Probably: two people sit at a table.'],
    });
    expect(said).toEqual([]);
    await context.close();
  });
});
