// Every page in every state that it can be in, and how a browser gets there.
import type { Page } from 'playwright-core';
import { imageId } from '../../functions/core/record/image-id.ts';
import { BUCKET } from './api.ts';
import { FOUND_KEYS } from './found-records.ts';
import { KEYS } from './web-records.ts';

/** A state of a page. `records`: which app shows it; `session`: who looks. */
export type WebState = {
  name: string;
  records: 'usual' | 'none' | 'many' | 'found';
  session: 'both' | 'reader' | 'nobody';
  arrive(page: Page, url: string): Promise<void>;
};

const at =
  (path: string | Promise<string>) =>
  async (page: Page, url: string): Promise<void> => {
    await page.goto(`${url}${await path}`);
  };

/** Path of the page of a picture. */
export const pictureAt = async (key: string, query = ''): Promise<string> => `/images/${await imageId(BUCKET, key)}${query}`;

const usual = (name: string, path: string | Promise<string>, session: WebState['session'] = 'both'): WebState => ({
  name,
  records: 'usual',
  session,
  arrive: at(path),
});

/** Sends the form of the alt text after `prepare` has changed it. */
const sendAlt =
  (prepare: (page: Page) => Promise<void>) =>
  async (page: Page, url: string): Promise<void> => {
    await page.goto(`${url}${await pictureAt(KEYS.machine)}`);
    await page.locator('summary', { hasText: 'Edit the alt text' }).click();
    await prepare(page);
    await page.getByRole('button', { name: 'Save the alt text' }).click();
    await page.waitForLoadState();
  };

/** Sets the hidden entity tag of every form to one that was never given. */
export const makeOutdated = (page: Page): Promise<void> =>
  page.evaluate("for (const field of document.querySelectorAll('[name=etag]')) field.value = '\"0\"'");

/** All of them. */
export const WEB_STATES: readonly WebState[] = [
  usual('gallery', '/'),
  usual('gallery for a reader', '/', 'reader'),
  usual('gallery without a match', '/?prefix=nothing'),
  { ...usual('gallery without pictures', '/'), records: 'none' },
  { ...usual('gallery of many', '/'), records: 'many' },
  ...Object.entries(KEYS).map(([kind, key]) => usual(`picture: ${kind}`, pictureAt(key))),
  ...Object.entries(FOUND_KEYS).map(([kind, key]) => ({
    ...usual(`picture with what was found: ${kind}`, pictureAt(key)),
    records: 'found' as const,
  })),
  { ...usual('gallery with a video', '/'), records: 'found' },
  usual('picture as a link', pictureAt(KEYS.machine, '?usage=link&href=https%3A%2F%2Fshop.example%2Fmugs&context=&max=60&disclose=true')),
  usual('picture after a deed', pictureAt(KEYS.machine, '?did=save')),
  usual('picture for a reader', pictureAt(KEYS.proposal), 'reader'),
  { ...usual('picture whose form was refused', ''), arrive: sendAlt(async (page) => page.locator('#alt-lang').fill('not a language')) },
  { ...usual('someone else was faster', ''), arrive: sendAlt(makeOutdated) },
  usual('review', '/review'),
  usual('review after a decision', '/review?did=next'),
  usual('review for a reader', '/review', 'reader'),
  { ...usual('review with nothing left', '/review'), records: 'none' },
  usual('report', '/report'),
  { ...usual('report of nothing', '/report'), records: 'none' },
  usual('models', '/models'),
  usual('settings', '/settings'),
  usual('not found', '/images/none'),
  usual('a query that is not valid', '/?state=SLEEPING'),
  usual('sign-in', '/', 'nobody'),
  {
    ...usual('sign-in with a wrong token', '/', 'nobody'),
    arrive: async (page, url) => {
      await page.goto(url);
      await page.getByLabel('Access token').fill('no.such.token');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForLoadState();
    },
  },
];
