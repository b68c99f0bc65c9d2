// What was said about a picture before, what people have decided, and what the machine said last.
import { html } from 'hono/html';
import type { CaptionRecord, PastText } from '../../core/record/record.ts';
import { facts, type Html, moment } from './parts.ts';
import { provenance, said } from './provenance.ts';
import { ABSTAIN_WORDS, confidenceWords, KIND_WORDS, PAST_WORDS, REVIEW_WORDS } from './words.ts';

const pastPart = (past: PastText): Html => html`<li value="${past.n}">
<p><strong>${KIND_WORDS[past.kind]}</strong></p>
${said(past)}${provenance(past)}
<p class="hint">${PAST_WORDS[past.why]}${past.endedBy === undefined ? '' : html` by ${past.endedBy}`}, ${moment(past.until)}.${past.note === undefined ? '' : html` Note: ${past.note}`}</p></li>`;

/** Texts that were in use once, newest first. */
export const historyView = ({ history = [], review }: CaptionRecord): Html => html`<section class="panel" aria-labelledby="history-title">
<h2 id="history-title">History</h2>
${review === undefined ? '' : html`<p>Last decision: ${REVIEW_WORDS[review.action].toLowerCase()} by ${review.by}, ${moment(review.at)}.${review.reason === undefined ? '' : html` Reason: ${review.reason}`}</p>`}
${
  history.length === 0
    ? html`<p class="empty">No text was replaced so far.</p>`
    : html`<ol class="past" reversed role="list">${history.toReversed().map(pastPart)}</ol>`
}</section>`;

/** What the machine said last. */
export const machineView = ({ machine, refinedBy }: CaptionRecord): Html | '' => {
  if (machine === undefined) return '';
  const { model, abstained, sure, ms, costUsd } = machine;
  return html`<section class="panel" aria-labelledby="machine-title"><h2 id="machine-title">What the machine did</h2>
${facts([
  ['Model', model],
  ['Larger model asked', refinedBy],
  ['Confidence', confidenceWords(machine)],
  ['Said nothing because', abstained === undefined ? undefined : ABSTAIN_WORDS[abstained]],
  ['Sure of', sure.length === 0 ? 'None' : sure.join(', ')],
  ['Time of work', `${Math.round(ms)} ms`],
  ['Estimated cost', `${costUsd.toFixed(6)} US dollars`],
])}</section>`;
};
