// The pages work without this script, uploads apart. It adds uploads with progress, pictures that appear by themselves, keys for reviewing,
// copying, and one button to listen. infra/bundles.ts makes one file of it and its parts.
import { followCards } from './scripts/cards.js';
import { copy, setUpPlayer } from './scripts/copy-listen.js';
import { setUpKeys } from './scripts/review-keys.js';
import { all, tell } from './scripts/tools.js';
import { setUpUploads } from './scripts/uploads.js';

for (const part of all('[data-js]')) part.hidden = false;
setUpUploads();
followCards();
setUpKeys();
for (const button of all('[data-copy]')) button.addEventListener('click', () => void copy(button));
for (const button of all('[data-player]')) setUpPlayer(button);
// what the server says at the top of a page was there before any reader listened
for (const said of all('[data-tell]')) tell(said.textContent);
