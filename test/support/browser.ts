// A real Chromium for the tests of the page, or the reason why there is none.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'];

/** Path of the browser, or undefined. */
export const CHROMIUM: string | undefined = FOLDERS.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) =>
  existsSync(path),
);

if (CHROMIUM === undefined) console.log(`The tests of the page are skipped: none of ${NAMES.join(', ')} is in ${FOLDERS.join(', ')}.`);

/** Starts the browser; `pictures` false: it loads none. @throws Error when there is none */
export const startBrowser = ({ pictures = true } = {}): Promise<Browser> => {
  if (CHROMIUM === undefined) throw new Error('there is no Chromium');
  // containers have a small /dev/shm and no rights for Chromium's own sandbox; only pages of this repository are opened
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...(pictures ? [] : ['--blink-settings=imagesEnabled=false'])];
  return chromium.launch({ executablePath: CHROMIUM, args });
};
