// A person at the keyboard: moves by Tab, reads what has the focus, and hears the live region.
import type { Page } from 'playwright-core';

/** More presses of Tab than any page needs. */
const MOST_TABS = 120;

const FOCUSED = `(() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent;
  return label.replace(/\\s+/g, ' ').trim();
})()`;

/** The name of what has the focus. */
export const focused = (page: Page): Promise<string> => page.evaluate(FOCUSED);

/** Presses Tab until something of this name has the focus. @returns the names on the way. @throws Error when it never gets there */
export const tabTo = async (page: Page, name: string): Promise<string[]> => {
  const passed: string[] = [];
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at === name) return passed;
    passed.push(at);
  }
  throw new Error(`nothing of the name "${name}" gets the focus, only: ${[...new Set(passed)].join(' | ')}`);
};

/** Waits until the live region says something that holds `words`. */
export const hear = async (page: Page, words: string): Promise<void> => {
  await page.locator('#live', { hasText: words }).waitFor({ state: 'attached' });
};
