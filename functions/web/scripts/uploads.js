// Uploads: each file goes to an address from the API, with a progress bar, and its text is told as soon as there is one.
import { described, showCard } from './cards.js';
import { byId, element, tell } from './tools.js';

/** Uploads at the same time. */
const LANES = 3;
/** Percent between two announcements of an upload's progress. */
const TOLD_STEP = 25;
const PERCENT = 100;
const NAME_CHARS = 100;

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
    throw new Error('This kind of file is not supported. Choose a JPEG, PNG, WebP, GIF, AVIF or TIFF file, or an MP4 or WebM video.');
  if (file.size === 0) throw new Error('The file is empty.');
  const { maxBytes, maxVideoBytes } = byId('upload').dataset;
  if (file.size > Number(file.type.startsWith('video/') ? maxVideoBytes : maxBytes)) throw new Error('The file is too large.');
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

/** Lets the gallery upload, where the page offers it. */
export const setUpUploads = () => {
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
