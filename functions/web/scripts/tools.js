// Small things that the page's scripts share.

const FIRST_POLL_MS = 400;
const LAST_POLL_MS = 5000;
const POLL_GROWTH = 1.5;
const GIVE_UP_MS = 10 * 60 * 1000;
/** Lines that come within this time are told together: a live region that changes too fast is heard in part only. */
const TELL_MS = 150;

export const byId = (id) => document.getElementById(id);
export const all = (selector) => [...document.querySelectorAll(selector)];

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let untold = [];

/** Says something in the live region (WCAG 4.1.3). */
export const tell = (words) => {
  untold.push(words);
  if (untold.length > 1) return;
  setTimeout(() => {
    byId('live').textContent = untold.join(' ');
    untold = [];
  }, TELL_MS);
};

export const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** Calls `ask` less and less often until it gives something. @throws Error when that takes too long */
export const until = async (ask, failure) => {
  const end = Date.now() + GIVE_UP_MS;
  for (let pause = FIRST_POLL_MS; Date.now() < end; pause = Math.min(LAST_POLL_MS, pause * POLL_GROWTH)) {
    await wait(pause);
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error(failure);
};
