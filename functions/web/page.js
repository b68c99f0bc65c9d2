// The pages work without this script, uploads apart. It adds: uploads with progress, pictures that appear by themselves, keys for reviewing,
// copying, and one button to listen. What happens is told in the live region (WCAG 4.1.3).

const FIRST_POLL_MS = 400;
const LAST_POLL_MS = 5000;
const POLL_GROWTH = 1.5;
const GIVE_UP_MS = 10 * 60 * 1000;
/** Uploads at the same time. */
const LANES = 3;
/** Percent between two announcements of an upload's progress. */
const TOLD_STEP = 25;
const PERCENT = 100;
const NAME_CHARS = 100;
const KEYS_OFF = 'review-keys-off';

const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Lines that come at once are told together: a live region that changes too fast is heard in part only. */
let untold = [];
const tell = (words) => {
  untold.push(words);
  if (untold.length > 1) return;
  setTimeout(() => {
    byId('live').textContent = untold.join(' ');
    untold = [];
  }, 150);
};

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** Calls `ask` less and less often until it gives something. @throws Error when that takes too long */
const until = async (ask, failure) => {
  const end = Date.now() + GIVE_UP_MS;
  for (let pause = FIRST_POLL_MS; Date.now() < end; pause = Math.min(LAST_POLL_MS, pause * POLL_GROWTH)) {
    await wait(pause);
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error(failure);
};

/* ---- pictures that are being described ---- */

/** A page of this site as a document. XMLHttpRequest parses it without running anything, and needs no trusted types. */
const pageAt = (url) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.responseType = 'document';
    request.onload = () => resolve(request.response);
    request.onerror = () => reject(new Error('The page cannot be reached.'));
    request.send();
  });

const stateOf = async (id) => {
  const response = await fetch(`/images/${id}/state`, { headers: { accept: 'application/json' } });
  return response.ok ? response.json() : undefined;
};

/** The state of a picture once it is final. */
const described = (id) =>
  until(async () => {
    const found = await stateOf(id);
    return found === undefined || found.state === 'PENDING' ? undefined : found;
  }, 'There is no text yet. It may still come: reload the page later.');

/** Puts the card of a picture where it stands already, or first. */
const showCard = async (id, key) => {
  const page = await pageAt(`/?${new URLSearchParams({ prefix: key })}`);
  const card = page?.getElementById(`p-${id}`);
  if (!card) return;
  const old = byId(`p-${id}`);
  if (old) old.replaceWith(document.adoptNode(card));
  else byId('cards').prepend(document.adoptNode(card));
};

const followCards = () => {
  for (const card of all('.card[data-state="PENDING"]')) {
    const id = card.id.slice(2);
    const name = card.querySelector('h3').textContent;
    described(id)
      .then(() => showCard(id, card.dataset.key))
      .then(() => tell(`${name}: ${byId(card.id)?.querySelector('.says, .badge')?.textContent ?? 'ready'}`))
      .catch(() => {});
  }
};

/* ---- uploads ---- */

/** A key that no other upload has; the file's name stays its last part. */
const keyOf = (file) => {
  const name = file.name.normalize('NFC').replaceAll('/', '_').slice(-NAME_CHARS).toWellFormed();
  return `${byId('folder').value}${crypto.randomUUID().slice(0, 8)}/${name}`;
};

const refusal = async (response) => {
  const problem = await response.json().catch(() => ({}));
  return new Error(problem.errors?.[0]?.message ?? problem.detail ?? `The upload was refused (${response.status}).`);
};

const planFor = async (file, key) => {
  const response = await fetch('/uploads', {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ key, contentType: file.type, bytes: file.size }),
  });
  if (!response.ok) throw await refusal(response);
  return response.json();
};

/** Headers that the browser sets by itself. */
const OWN_HEADERS = ['content-length', 'host'];

/** Sends the file; `progress` hears of percents. Only XMLHttpRequest tells how far an upload is. */
const send = (plan, file, progress) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(plan.method, plan.url);
    for (const [name, value] of Object.entries(plan.headers)) {
      if (!OWN_HEADERS.includes(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded, total }) => progress(Math.floor((loaded / total) * PERCENT));
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(`The upload failed (${request.status}).`)));
    request.onerror = () => reject(new Error('The upload failed: the storage cannot be reached.'));
    request.send(file);
  });

const check = (file) => {
  const { accept } = byId('files');
  if (!accept.split(',').includes(file.type))
    throw new Error('This kind of file is not supported. Choose a JPEG, PNG, WebP, GIF, AVIF or TIFF file.');
  if (file.size === 0) throw new Error('The file is empty.');
  if (file.size > Number(byId('upload').dataset.maxBytes)) throw new Error('The file is too large.');
};

const entryFor = (file) => {
  const words = element('span', { textContent: 'Waiting' });
  const bar = element('progress', { max: PERCENT, value: 0, ariaLabel: `Upload of ${file.name}` });
  const entry = element('li', {}, element('strong', { textContent: file.name }), bar, words);
  byId('uploads').append(entry);
  return { words, bar, entry };
};

const outcome = ({ alt, state, sure }) => {
  if (alt === '') return 'Decorative: nothing is said.';
  if (alt !== null) return alt;
  if (state === 'FAILED') return 'It could not be described.';
  return sure?.length > 0
    ? `No text: the model is not sure enough. Sure of: ${sure.join(', ')}.`
    : 'No text: the model is not sure enough.';
};

const uploadOne = async (file) => {
  const { words, bar, entry } = entryFor(file);
  const say = (said) => {
    words.textContent = said;
    tell(`${file.name}: ${said}`);
  };
  let told = 0;
  try {
    check(file);
    const key = keyOf(file);
    const plan = await planFor(file, key);
    await send(plan, file, (percent) => {
      bar.value = percent;
      words.textContent = `${percent} % sent`;
      if (percent < PERCENT && percent >= told + TOLD_STEP) {
        told = percent;
        tell(`${file.name}: ${percent} % sent`);
      }
    });
    bar.remove();
    say('Sent. It is being described.');
    say(outcome(await described(plan.id)));
    entry.append(element('a', { href: `/images/${plan.id}`, textContent: `Open ${file.name}` }));
    await showCard(plan.id, key);
  } catch (error) {
    bar.remove();
    entry.classList.add('error');
    say(error instanceof Error ? error.message : String(error));
  }
};

const uploadAll = async (files) => {
  const left = [...files];
  const lane = async () => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) await uploadOne(file);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

const setUpUploads = () => {
  const drop = byId('drop');
  if (drop === null) return;
  byId('files').addEventListener('change', ({ target }) => {
    void uploadAll(target.files);
    target.value = '';
  });
  byId('upload').addEventListener('submit', (event) => event.preventDefault());
  const over = (on) => (event) => {
    event.preventDefault();
    drop.classList.toggle('over', on);
  };
  for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, over(true));
  drop.addEventListener('dragleave', over(false));
  drop.addEventListener('drop', (event) => {
    over(false)(event);
    void uploadAll(event.dataTransfer.files);
  });
};

/* ---- reviewing by keys ---- */

const isTyping = ({ target }) => target.closest('input:not([type="checkbox"]), textarea, select, audio, [contenteditable]') !== null;

const press = (key) => {
  const field = document.querySelector(`[data-key-focus="${key}"]`);
  if (field !== null) field.focus();
  else document.querySelector(`[data-key="${key}"]`)?.click();
};

const setUpKeys = () => {
  const box = byId('keys-on');
  if (box === null) return;
  const show = () => {
    for (const key of all('kbd')) key.classList.toggle('off', !box.checked);
  };
  box.checked = localStorage.getItem(KEYS_OFF) === null;
  box.addEventListener('change', () => {
    if (box.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, 'true');
    show();
    tell(box.checked ? 'Single keys are on.' : 'Single keys are off.');
  });
  show();
  document.addEventListener('keydown', (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
    if (!box.checked || held || isTyping(event) || !/^[aednr]$/.test(event.key)) return;
    event.preventDefault();
    press(event.key);
  });
};

/* ---- copying and listening ---- */

const copy = async (button) => {
  const code = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(code.textContent);
    tell('Copied.');
  } catch {
    getSelection().selectAllChildren(code);
    tell('Selected: copy it with the keys of your browser.');
  }
};

const setUpPlayer = (button) => {
  const player = byId(button.dataset.player);
  player.hidden = true;
  button.addEventListener('click', () => {
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  });
  const label = (words) => () => {
    button.textContent = words;
  };
  player.addEventListener('play', label('Pause'));
  for (const name of ['pause', 'ended']) player.addEventListener(name, label('Listen'));
  player.addEventListener('error', async () => {
    label('Listen')();
    const response = await fetch(player.src, { headers: { accept: 'application/json' } });
    const problem = response.ok ? {} : await response.json().catch(() => ({}));
    tell(`The text cannot be spoken. ${problem.detail ?? 'Try again later.'}`);
    byId('spoken-error').textContent = `The text cannot be spoken. ${problem.detail ?? 'Try again later.'}`;
  });
};

for (const part of all('[data-js]')) part.hidden = false;
setUpUploads();
followCards();
setUpKeys();
for (const button of all('[data-copy]')) button.addEventListener('click', () => void copy(button));
for (const button of all('[data-player]')) setUpPlayer(button);
// what the server says at the top of a page was there before any reader listened
for (const said of all('[data-tell]')) tell(said.textContent);
