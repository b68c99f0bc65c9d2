// Pictures that are being described: asks for their state until it is final, then shows their cards.
import { all, byId, tell, until } from './tools.js';

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
export const described = (id) =>
  until(async () => {
    const found = await stateOf(id);
    return found === undefined || found.state === 'PENDING' ? undefined : found;
  }, 'There is no text yet. It may still come: reload the page later.');

/** Puts the card of a picture where it stands already, or first. */
export const showCard = async (id, key) => {
  const page = await pageAt(`/?${new URLSearchParams({ prefix: key })}`);
  const card = page?.getElementById(`p-${id}`);
  if (!card) return;
  const old = byId(`p-${id}`);
  if (old) old.replaceWith(document.adoptNode(card));
  else byId('cards').prepend(document.adoptNode(card));
};

/** Follows every picture of the page that is not described yet. */
export const followCards = () => {
  for (const card of all('.card[data-state="PENDING"]')) {
    const id = card.id.slice(2);
    const name = card.querySelector('h3').textContent;
    described(id)
      .then(() => showCard(id, card.dataset.key))
      .then(() => tell(`${name}: ${byId(card.id)?.querySelector('.says, .badge')?.textContent ?? 'ready'}`))
      .catch(() => {});
  }
};
