// The gallery: upload, filter, and one card a picture. A card's words stand beside its picture, so the picture's own alt is empty (W3C:
// redundant), and each card has one link.
import { html } from 'hono/html';
import type { CaptionRecord, State } from '../../core/record/record.ts';
import type { AltAnswer } from '../../core/text/alt-for.ts';
import { badge, type Html, input, select, type Tone } from './parts.ts';
import { thumbView } from './picture-media.ts';
import { langOf } from './provenance.ts';
import { confidenceWords, counted, nameOf, ORIGIN_WORDS, REASON_WORDS, STATE_WORDS, sizeWords } from './words.ts';

/** Pictures of a page. */
export const GALLERY_PAGE = 24;

/** Pictures at the top of the page that are loaded at once; the others as they come into view. */
const EAGER = 6;

/** A picture with its alternative text. */
export type Card = { record: CaptionRecord; alt: AltAnswer };

/** What the gallery shows. `firstPage`: no cursor was given. */
export type Gallery = {
  cards: readonly Card[];
  prefix: string;
  state?: Exclude<State, 'DELETED'>;
  next?: string;
  firstPage: boolean;
  /** absent: the caller may not upload */
  upload?: { types: readonly string[]; maxBytes: number; maxVideoBytes: number; keyPrefix: string };
};

const FILTERS = [
  ['', 'All'],
  ['READY', STATE_WORDS.READY],
  ['PENDING', STATE_WORDS.PENDING],
  ['FAILED', STATE_WORDS.FAILED],
] as const;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const uploadPart = ({ types, maxBytes, maxVideoBytes, keyPrefix }: NonNullable<Gallery['upload']>): Html => {
  const names = listed(types.map((type) => type.replace(/^.*\//, '').toUpperCase()));
  return html`<section class="panel" aria-labelledby="upload-title">
<h2 id="upload-title">Upload pictures</h2>
<form id="upload" data-js hidden data-max-bytes="${maxBytes}" data-max-video-bytes="${maxVideoBytes}">
<div id="drop">
<label for="files">Choose pictures, or drop them here</label>
<p class="hint" id="files-hint">${names}; at most ${sizeWords(maxBytes)} each, videos ${sizeWords(maxVideoBytes)}.</p>
<input type="file" id="files" multiple accept="${types.join()}" aria-describedby="files-hint">
</div>
${input({ id: 'folder', name: 'folder', label: 'Folder', value: keyPrefix, hint: 'The beginning of the keys of new pictures.' })}
</form>
<ul id="uploads" class="uploads" role="list" aria-label="Uploads"></ul>
<noscript><p>Uploading on this page needs JavaScript. Without it, copy the file into the bucket with any S3 client, or ask <code>POST /v1/uploads</code> for an address and send the file there with <code>curl --upload-file</code>. The picture then appears here.</p></noscript>
</section>`;
};

const filterPart = ({ prefix, state }: Gallery): Html =>
  html`<form class="filter" method="get" action="/" role="search" aria-label="Pictures">
${input({ id: 'prefix', name: 'prefix', label: 'Key begins with', value: prefix, attributes: html` autocapitalize="none" spellcheck="false"` })}
${select({ id: 'state', name: 'state', label: 'State', value: state ?? '' }, FILTERS)}
<button>Show</button>
</form>`;

const STATUS_TONE: Record<AltAnswer['status'], Tone> = {
  described: 'plain',
  decorative: 'plain',
  abstained: 'warn',
  pending: 'plain',
  failed: 'bad',
};

const STATUS_WORDS: Record<AltAnswer['status'], string> = {
  described: 'Described',
  decorative: 'Decorative',
  abstained: 'No text yet',
  pending: STATE_WORDS.PENDING,
  failed: STATE_WORDS.FAILED,
};

const words = ({ record, alt: answer }: Card): Html => {
  const { status, alt, lang, sure } = answer;
  if (status === 'described') return html`<p class="says" dir="auto"${langOf(lang)}>${alt}</p>`;
  if (status === 'decorative') return html`<p class="empty">Nothing is said.</p>`;
  if (status === 'failed' && record.reason !== undefined) return html`<p>${REASON_WORDS[record.reason]}</p>`;
  if (status === 'abstained' && sure.length > 0) return html`<p>Sure of: ${sure.join(', ')}.</p>`;
  return html``;
};

const origin = (alt: AltAnswer): Html => {
  if (alt.status !== 'described') return badge(STATUS_WORDS[alt.status], STATUS_TONE[alt.status]);
  const sure = alt.origin === 'machine' ? confidenceWords(alt)?.split(',')[0] : undefined;
  return html`<span class="from">${alt.origin === undefined ? '' : ORIGIN_WORDS[alt.origin]}${sure === undefined ? '' : `, ${sure}`}</span>`;
};

const marks = ({ record, alt }: Card): Html =>
  html`${alt.outdated ? badge('Picture replaced since', 'warn') : ''}${alt.locked === true ? badge('Locked') : ''}${record.proposals === undefined ? '' : badge('Proposal')}`;

/** A picture that could not be read cannot be shown. */
const frame = ({ id, picture }: CaptionRecord, at: number): Html =>
  picture === undefined
    ? html`<div class="frame none"></div>`
    : html`<div class="frame">${thumbView(id, picture.format, { lazy: at >= EAGER })}</div>`;

const card = (entry: Card, at: number): Html => {
  const { record, alt } = entry;
  return html`<li class="card" id="p-${record.id}" data-state="${record.state}"${record.state === 'PENDING' ? html` data-key="${record.key}"` : ''}>
${frame(record, at)}
<h3><a href="/images/${record.id}"><bdi>${nameOf(record.key)}</bdi></a></h3>
${words(entry)}<p class="meta">${origin(alt)}${marks(entry)}</p>
</li>`;
};

const none = ({ prefix, state, next, upload, firstPage }: Gallery): Html => {
  if (next !== undefined) return html`<p>None on this page; there may be more on the next one.</p>`;
  if (!firstPage) return html`<p>There are no more pictures. <a href="/">Back to the first page</a></p>`;
  if (prefix !== '' || state !== undefined) return html`<p>No picture matches. <a href="/">Show all pictures</a></p>`;
  return html`<p>There are no pictures yet.${upload === undefined ? '' : ' Upload the first one above.'}</p>`;
};

/** Address of a page of the gallery. */
const galleryUrl = (query: { prefix?: string; state?: string; cursor?: string }): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '/' : `/?${new URLSearchParams(given)}`;
};

const pager = ({ prefix, state, next, firstPage }: Gallery): Html | '' => {
  if (firstPage && next === undefined) return '';
  const query = { prefix, ...(state && { state }) };
  return html`<nav class="pager" aria-label="Pages">
${firstPage ? '' : html`<a class="button quiet" href="${galleryUrl(query)}">First page</a>`}
${next === undefined ? '' : html`<a class="button" rel="next" href="${galleryUrl({ ...query, cursor: next })}">Next page</a>`}
</nav>`;
};

/** The main part of the gallery. */
export const galleryView = (gallery: Gallery): Html => {
  const { cards, upload } = gallery;
  return html`<h1>Pictures</h1>
${upload === undefined ? '' : uploadPart(upload)}
<section aria-labelledby="pictures-title">
<div class="bar"><h2 id="pictures-title">${cards.length === 0 ? 'No pictures' : `${counted(cards.length, 'picture')} on this page`}</h2>
${filterPart(gallery)}</div>
<ul class="cards" id="cards" role="list">${cards.map(card)}</ul>
${cards.length === 0 ? none(gallery) : ''}
${pager(gallery)}
</section>`;
};
