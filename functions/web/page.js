// The page: takes photos, uploads each to a URL from the API, and shows its alt text as soon as there is one.

/** @typedef {{ state: HTMLElement, alt: HTMLElement, source: HTMLElement, picture: HTMLImageElement }} Entry */

const FIRST_POLL_MS = 300;
const LAST_POLL_MS = 5000;
const POLL_GROWTH = 1.5;
const GIVE_UP_MS = 10 * 60 * 1000;
/** Uploads at the same time. */
const LANES = 4;
const UNAUTHORIZED = 401;
const PERCENT = 100;

const WHY_NOT = {
  UNSUPPORTED_FORMAT: 'This kind of file is not supported.',
  CORRUPT: 'The file is damaged.',
  TOO_MANY_BYTES: 'The file is too large.',
  TOO_MANY_PIXELS: 'The photo has too many pixels.',
  TOO_MANY_FRAMES: 'The file has too many frames.',
  EMPTY: 'The file is empty.',
  DECODE_TIMEOUT: 'The file takes too long to read.',
  DECODER_CRASHED: 'The file cannot be read.',
  SOURCE_GONE: 'The photo was deleted before it could be read.',
};

const byId = (id) => document.getElementById(id);
const status = byId('status');

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const ask = async (path, body) => {
  const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
  if (response.status === UNAUTHORIZED) throw new Error('Your session has ended: load the page again and sign in.');
  return response;
};

/** Who wrote a text, and how sure the machine is. */
const source = ({ origin, confidence }) => {
  if (origin === 'machine') return `Written by a machine, ${Math.round(confidence * PERCENT)} % sure.`;
  return origin === 'embedded' ? 'From the file itself.' : 'Written or checked by a person.';
};

/** A key that no other upload has. */
const keyOf = (file) => `${crypto.randomUUID()}/${file.name.normalize('NFC').slice(-100).toWellFormed()}`;

const upload = async (file) => {
  if (!byId('photos').accept.split(',').includes(file.type)) throw new Error(WHY_NOT.UNSUPPORTED_FORMAT);
  const key = keyOf(file);
  const planned = await ask('/uploads', { key, contentType: file.type, bytes: file.size });
  const plan = await planned.json();
  if (!planned.ok) throw new Error(plan.detail ?? plan.message ?? `The upload was refused (${planned.status}).`);
  const sent = await fetch(plan.url, { method: plan.method, headers: plan.headers, body: file });
  if (!sent.ok) throw new Error(`The upload failed (${sent.status}).`);
  return plan.id;
};

/** The alt text of an image when its record is final. */
const finalAlt = async (id) => {
  const until = Date.now() + GIVE_UP_MS;
  for (let pauseMs = FIRST_POLL_MS; Date.now() < until; pauseMs = Math.min(LAST_POLL_MS, pauseMs * POLL_GROWTH)) {
    await wait(pauseMs);
    const response = await ask(`/images/${id}/state`);
    if (response.ok) {
      const found = await response.json();
      if (found.state !== 'PENDING') return found;
    }
  }
  throw new Error('There is no caption yet. It may still come.');
};

/** @returns {Entry} */
const addEntry = (file) => {
  const entry = document.createElement('li');
  const picture = document.createElement('img');
  picture.src = URL.createObjectURL(file);
  picture.alt = '';
  const words = document.createElement('div');
  const name = document.createElement('h3');
  name.textContent = file.name;
  const state = document.createElement('p');
  state.textContent = 'Uploading';
  const alt = document.createElement('p');
  const from = document.createElement('p');
  from.className = 'source';
  words.append(name, state, alt, from);
  entry.append(picture, words);
  byId('empty').hidden = true;
  byId('results').prepend(entry);
  return { state, alt, source: from, picture };
};

const quiet = ({ sure }) =>
  sure?.length > 0
    ? `No alt text, the model is not sure enough. In the picture: ${sure.join(', ')}.`
    : 'No alt text, the model is not sure enough.';

const show = (entry, found) => {
  entry.state.textContent = found.state;
  if (found.alt !== null) {
    entry.picture.alt = found.alt;
    entry.alt.textContent = found.alt === '' ? 'Decorative: its alt text is empty.' : found.alt;
    entry.source.textContent = source(found);
  } else if (found.state === 'READY') {
    entry.alt.textContent = quiet(found);
  } else {
    entry.alt.textContent = WHY_NOT[found.reason] ?? 'The photo could not be captioned.';
  }
};

const caption = async (file) => {
  const entry = addEntry(file);
  try {
    const id = await upload(file);
    entry.state.textContent = 'Uploaded, waiting for the caption';
    show(entry, await finalAlt(id));
  } catch (error) {
    entry.state.textContent = 'Failed';
    entry.alt.textContent = error instanceof Error ? error.message : String(error);
  }
  status.textContent = `${file.name}: ${entry.alt.textContent}`;
};

const captionAll = async (files) => {
  const left = [...files];
  if (left.length === 0) return;
  status.textContent = left.length === 1 ? '1 photo is being captioned.' : `${left.length} photos are being captioned.`;
  const lane = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) await caption(file);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

byId('photos')?.addEventListener('change', ({ target }) => {
  void captionAll(target.files);
  target.value = '';
});

const drop = byId('drop');
const over = (on) => (event) => {
  event.preventDefault();
  drop.classList.toggle('over', on);
};
for (const name of ['dragenter', 'dragover']) drop?.addEventListener(name, over(true));
drop?.addEventListener('dragleave', over(false));
drop?.addEventListener('drop', (event) => {
  over(false)(event);
  void captionAll(event.dataTransfer.files);
});
