// The shots of a video with their times, as a list: what the track of descriptions says, for everybody.
import { html } from 'hono/html';
import type { Shot } from '../../core/facts/facts.ts';
import type { CaptionRecord } from '../../core/record/record.ts';
import { clockWords } from './found-words.ts';
import type { Html } from './parts.ts';
import type { Picture } from './picture-model.ts';
import { confidenceWords } from './words.ts';

const time = (ms: number): Html => html`<time datetime="PT${ms / 1000}S">${clockWords(ms)}</time>`;

const shotItem = ({ startMs, endMs, text, ...sure }: Shot): Html => html`<li><p class="hint">${time(startMs)} to ${time(endMs)}</p>
${text === undefined ? html`<p class="empty">The model says nothing about this shot.</p>` : html`<p class="says">${text}</p><p class="hint">${confidenceWords(sure) ?? ''}</p>`}</li>`;

const trackHint = ({ id, withheld }: CaptionRecord): Html =>
  withheld?.alt === undefined
    ? html`<p class="hint">Players with a screen reader speak these sentences as each shot begins: <a href="/images/${id}/descriptions.vtt">descriptions as WebVTT</a>. What is heard in the video is not described.</p>`
    : html`<p class="hint">The machine’s text was rejected, so players speak none of these sentences.</p>`;

/** The list; nothing for what is no video. */
export const shotsView = ({ record, facts }: Picture): Html | '' => {
  const { shots } = facts ?? {};
  if (shots === undefined) return '';
  return html`<section class="panel" aria-labelledby="shots-title"><h2 id="shots-title">Shots</h2>
${trackHint(record)}
${shots.length === 0 ? html`<p class="empty">There are none.</p>` : html`<ol class="past" role="list">${shots.map(shotItem)}</ol>`}</section>`;
};
