// Copying code, and one button to listen to a text.
import { byId, tell } from './tools.js';

/** Copies what a button names; where the browser refuses, selects it. */
export const copy = async (button) => {
  const code = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(code.textContent);
    tell('Copied.');
  } catch {
    getSelection().selectAllChildren(code);
    tell('Selected: copy it with the keys of your browser.');
  }
};

/** Makes a button of an audio player. */
export const setUpPlayer = (button) => {
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
    const { detail = 'Try again later.' } = response.ok ? {} : await response.json().catch(() => ({}));
    const words = `The text cannot be spoken: ${detail}`;
    byId('spoken-error').textContent = words;
    tell(words);
  });
};
