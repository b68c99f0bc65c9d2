// What was said about a picture before, what people have decided, and what the machine has found in it.
import { html } from 'hono/html';
import type { CaptionRecord, PastText } from '../../core/record/record.ts';
import { facts, type Html, moment } from './parts.ts';
import { provenance, said } from './provenance.ts';
import { ABSTAIN_WORDS, confidenceWords, KIND_WORDS, PAST_WORDS, percent, REVIEW_WORDS } from './words.ts';

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

const listed = (items: readonly string[] | undefined): string | undefined => {
  if (items === undefined) return undefined;
  return items.length === 0 ? 'None' : items.join(', ');
};

const sureness = (confidence: number | undefined): string => (confidence === undefined ? '' : ` (${percent(confidence)})`);

const peopleWords = (people: NonNullable<CaptionRecord['facts']>['people']): string | undefined =>
  people === undefined ? undefined : `${people.count}${sureness(people.confidence)}`;

/** What the machine said last and what it has found. */
export const foundView = ({ machine, facts: found, refinedBy }: CaptionRecord): Html | '' => {
  if (machine === undefined && found === undefined) return '';
  return html`<section class="panel" aria-labelledby="found-title"><h2 id="found-title">What the machine found</h2>
${facts([
  ['Model', machine?.model],
  ['Larger model asked', refinedBy],
  ['Confidence', machine === undefined ? undefined : confidenceWords(machine)],
  ['Said nothing because', machine?.abstained === undefined ? undefined : ABSTAIN_WORDS[machine.abstained]],
  ['Sure of', machine === undefined ? undefined : listed(machine.sure)],
  ['Objects', listed(found?.objects?.map(({ label, confidence }) => `${label}${sureness(confidence)}`))],
  ['People', peopleWords(found?.people)],
  ['Colours', listed(found?.colours?.map(({ name, share }) => `${name} (${percent(share)})`))],
  ['Text in the picture', listed(found?.text?.map(({ text, confidence }) => `“${text}”${sureness(confidence)}`))],
  ['Time of work', machine === undefined ? undefined : `${Math.round(machine.ms)} ms`],
  ['Estimated cost', machine === undefined ? undefined : `${machine.costUsd.toFixed(6)} US dollars`],
])}</section>`;
};
