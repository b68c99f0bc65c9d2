// Single keys of the review page: they press the buttons that show them, can be switched off (WCAG 2.1.4), and leave fields alone.
import { all, byId, tell } from './tools.js';

const KEYS_OFF = 'review-keys-off';

const isTyping = ({ target }) => target.closest('input:not([type="checkbox"]), textarea, select, audio, [contenteditable]') !== null;

const press = (key) => {
  const field = document.querySelector(`[data-key-focus="${key}"]`);
  if (field !== null) field.focus();
  else document.querySelector(`[data-key="${key}"]`)?.click();
};

/** Listens to keys, where the page has some. */
export const setUpKeys = () => {
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
