// The review queue: one picture at a time, the riskiest first, with the reasons in words. Each decision has a button and a key; the keys can
// be switched off (WCAG 2.1.4), and the script leaves them alone while somebody types.
import { html } from 'hono/html';
import type { Finding } from '../../core/lint/lint.ts';
import type { CaptionRecord, Text } from '../../core/record/record.ts';
import type { AltAnswer } from '../../core/text/alt-for.ts';
import { area, type Html, hidden, input, notice } from './parts.ts';
import { watchView } from './picture-media.ts';
import { findingsList } from './picture-texts-view.ts';
import { marksOf, provenance, said } from './provenance.ts';
import { screenReaderSays } from './screen-reader.ts';
import { ABSTAIN_WORDS, nameOf, sentence } from './words.ts';

/** A picture that waits for a decision. `risk`: 0 to 100. */
export type Waiting = {
  record: CaptionRecord;
  etag: string;
  alt: AltAnswer;
  /** what accepting takes: the proposal where there is one, else the alt text */
  offered?: Text;
  risk: number;
  why: readonly string[];
  findings: readonly Finding[];
};

/** What the review page shows. */
export type Review = {
  first?: Waiting;
  /** the next ones */
  after: readonly Waiting[];
  prefix: string;
  /** of this very page, and of the page that leaves the first picture out */
  cursor?: string;
  next?: string;
  mayWrite: boolean;
  /** what has just been done: told at the top, and the focus goes to the picture's heading */
  message?: string;
  /** the picture that it was done to, so that a slip of the finger can be put right */
  decided?: string;
  /** what was sent and refused */
  refused?: { field: 'text' | 'reason'; message: string; values: Readonly<Record<string, string>> };
};

/** Address of the review page. */
export const reviewUrl = (query: { prefix?: string; cursor?: string; did?: string; of?: string }): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '/review' : `/review?${new URLSearchParams(given)}`;
};

/** Keys of the review page; `page.js` reads them from the buttons. */
const KEYS = [
  ['a', 'accept'],
  ['e', 'edit'],
  ['d', 'decorative'],
  ['r', 'reject'],
  ['n', 'next'],
] as const;

const key = (letter: string): Html => html`<kbd data-js hidden>${letter}</kbd>`;

const opening = ({ prefix, cursor }: Review, { etag }: Waiting, action: string): Html =>
  html`<form method="post" action="/review">${hidden({ etag, action, ...(prefix !== '' && { prefix }), ...(cursor !== undefined && { cursor }) })}`;

const ofPicture = ({ record }: Waiting): Html[] => hidden({ id: record.id, field: 'alt' });

const button = (letter: string, label: string, style = 'quiet'): Html =>
  html`<button class="${style}" data-key="${letter}">${label} ${key(letter)}</button>`;

const skip = ({ prefix, next }: Review): Html =>
  next === undefined
    ? html`<p class="hint">This is the last one here.</p>`
    : html`<a class="button quiet" data-key="n" href="${reviewUrl({ prefix, cursor: next, did: 'next' })}">Next ${key('n')}</a>`;

const REASONS = ['It is wrong', 'It misses what matters', 'It says too much', 'It is not fair to the people shown'];

const editForm = (review: Review, first: Waiting): Html => {
  const error = review.refused?.field === 'text' ? { error: review.refused.message } : {};
  return html`${opening(review, first, 'edit')}${ofPicture(first)}
${area({ id: 'review-text', name: 'text', label: 'Alt text', value: review.refused?.values.text ?? first.offered?.text ?? '', ...error, attributes: html` rows="3" required data-key-focus="e"` })}
<p class="actions">${html`<button class="quiet">Save your text</button>`}<span class="hint" data-js hidden>${key('e')} goes to the text</span></p></form>`;
};

const rejectForm = (review: Review, first: Waiting): Html => {
  const error = review.refused?.field === 'reason' ? { error: review.refused.message } : {};
  return html`${opening(review, first, 'reject')}${ofPicture(first)}
${input({ id: 'review-reason', name: 'reason', label: 'What is wrong with it?', value: review.refused?.values.reason ?? '', ...error, attributes: html` required list="reasons" data-key-focus="r"` })}
<datalist id="reasons">${REASONS.map((reason) => html`<option value="${reason}"></option>`)}</datalist>
<p class="actions"><button class="quiet">Reject the text</button><span class="hint" data-js hidden>${key('r')} goes to the reason</span></p></form>`;
};

const decisions = (review: Review, first: Waiting): Html => html`<div class="actions">
${first.offered === undefined ? '' : html`${opening(review, first, 'accept')}${ofPicture(first)}${button('a', 'Accept', '')}</form>`}
${opening(review, first, 'decorative')}${ofPicture(first)}${button('d', 'Decorative')}</form>
${skip(review)}</div>
${editForm(review, first)}
${first.offered === undefined ? '' : rejectForm(review, first)}`;

const offer = ({ offered, record, alt }: Waiting): Html => {
  if (offered === undefined) {
    const why = record.machine?.abstained;
    return html`<p class="empty">There is no text. ${why === undefined ? '' : ABSTAIN_WORDS[why]}</p>${alt.sure.length === 0 ? '' : html`<p>Sure of: ${alt.sure.join(', ')}.</p>`}`;
  }
  return html`${said(offered)}<p class="meta">${marksOf(offered, record.picture)}</p>
<p class="hint">A screen reader says: <span class="spoken small">${screenReaderSays({ usage: 'informative', alt: offered.text }, nameOf(record.key))}</span></p>`;
};

const current = ({ record }: Waiting): Html | '' =>
  record.proposals?.alt === undefined || record.texts.alt === undefined ? '' : html`<h3>In use now</h3>${said(record.texts.alt)}`;

const picturePart = (review: Review, first: Waiting): Html => html`<article class="panel review" aria-labelledby="first-title">
<div class="frame">${first.record.picture === undefined ? '' : watchView(first.record.id, first.record.picture)}</div>
<div class="stack">
<h2 id="first-title" tabindex="-1"${review.message === undefined ? '' : html` autofocus`}><a href="/images/${first.record.id}"><bdi>${nameOf(first.record.key)}</bdi></a></h2>
<p class="risk"><strong>Risk ${first.risk} of 100.</strong> ${sentence(first.why)}</p>
<h3>${first.record.proposals?.alt === undefined ? 'The machine says' : 'The machine proposes'}</h3>
${offer(first)}${current(first)}${findingsList(first.findings)}
${review.mayWrite ? decisions(review, first) : notice('plain', html`<p>Deciding needs the scope <code>captions:write</code>.</p>${skip(review)}`)}
${first.offered === undefined ? '' : html`<details><summary>Where the text comes from</summary>${provenance(first.offered)}</details>`}
</div></article>`;

/** Words of the keys that do something here: without a text there is nothing to accept or reject. */
const keysOf = ({ mayWrite, next }: Review, { offered }: Waiting): readonly (typeof KEYS)[number][] =>
  KEYS.filter(([, word]) => {
    if (word === 'next') return next !== undefined;
    return mayWrite && (offered !== undefined || !['accept', 'reject'].includes(word));
  });

const keysPart = (keys: readonly (typeof KEYS)[number][]): Html | '' =>
  keys.length === 0
    ? ''
    : html`<div class="panel keys" data-js hidden>
<p>${keys.map(([letter, word]) => html`<span class="key">${key(letter)} ${word}</span> `)}</p>
<div class="field check"><input type="checkbox" id="keys-on" aria-describedby="keys-hint"><label for="keys-on">Use single keys on this page</label><p class="hint" id="keys-hint">They do nothing while you type in a field.</p></div></div>`;

const afterPart = ({ after }: Review): Html | '' =>
  after.length === 0
    ? ''
    : html`<section aria-labelledby="after-title"><h2 id="after-title">After this</h2><ol class="after" role="list">${after.map(
        ({ record, risk, why }) =>
          html`<li><a href="/images/${record.id}"><bdi>${nameOf(record.key)}</bdi></a> <span class="hint">Risk ${risk}. ${sentence(why)}</span></li>`,
      )}</ol></section>`;

const filter = ({
  prefix,
}: Review): Html => html`<form class="filter" method="get" action="/review" role="search" aria-label="Pictures to review">
${input({ id: 'prefix', name: 'prefix', label: 'Key begins with', value: prefix, attributes: html` autocapitalize="none" spellcheck="false"` })}<button class="quiet">Show</button></form>`;

const nothingLeft = ({
  prefix,
  cursor,
}: Review): Html => html`<section class="panel"><h2 id="first-title" tabindex="-1">Nothing to review</h2>
<p>${prefix === '' ? 'Every picture’s text is sure enough, or a person has looked at it.' : 'No picture whose key begins like that needs a look.'}</p>
${cursor === undefined ? '' : html`<p><a href="${reviewUrl({ prefix })}">Begin again with the riskiest</a></p>`}</section>`;

/** The main part of the review page. */
export const reviewView = (review: Review): Html => {
  const { first, message, decided, refused } = review;
  return html`<div class="bar"><div><h1>Review</h1><p class="lead">The texts that most need a person’s eye come first.</p></div>${filter(review)}</div>
${message === undefined ? '' : notice('good', html`<p role="status" data-tell>${message}</p>${decided === undefined ? '' : html`<p><a href="/images/${decided}">Open that picture again</a></p>`}`)}
${refused === undefined ? '' : html`<div class="notice bad" role="alert"><p>Nothing was saved. ${refused.message}</p></div>`}
${first === undefined ? nothingLeft(review) : html`${picturePart(review, first)}${keysPart(keysOf(review, first))}`}
${afterPart(review)}`;
};
