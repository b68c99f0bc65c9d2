// The cards of the models in use: what they were made of, how good they are, and where they fail.
import { html } from 'hono/html';
import type { ModelCard } from '../http/api-env.ts';
import { cardView } from './markdown.ts';
import { facts, type Html } from './parts.ts';

const wordOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const cardPart = (card: ModelCard, at: number): Html => html`<section class="panel prose" aria-labelledby="model-${at}">
<h2 id="model-${at}">${card.name} ${card.version}</h2>
${facts([
  ['Kind', wordOf(card.architecture)],
  ['Numbers', wordOf(card.precision)],
  ['Licence', wordOf(card.licence)],
])}
${wordOf(card.card) === undefined ? html`<p class="empty">This package has no card.</p>` : cardView(wordOf(card.card) ?? '')}</section>`;

/** The main part of the page of models. */
export const modelsView = (cards: readonly ModelCard[]): Html => html`<h1>Models</h1>
<p class="lead">Who writes the machines’ texts here: what each model was made of, how good it is, and where it is often wrong.</p>
${cards.length === 0 ? html`<p class="empty">No model is in use.</p>` : cards.map(cardPart)}`;
