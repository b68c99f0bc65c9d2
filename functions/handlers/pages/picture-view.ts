// The page of one picture.
import { html } from 'hono/html';
import type { CaptionRecord, TextKind } from '../../core/record/record.ts';
import { badge, facts, type Html, moment, notice, type Tone } from './parts.ts';
import { type FormState, productForm, translationForm } from './picture-forms.ts';
import { foundView } from './picture-found-view.ts';
import { historyView, machineView } from './picture-history-view.ts';
import { mediaView } from './picture-media.ts';
import type { Picture } from './picture-model.ts';
import { rulesView } from './picture-rules-view.ts';
import { shotsView } from './picture-shots-view.ts';
import { textsView } from './picture-texts-view.ts';
import { copyView, useView } from './picture-use-view.ts';
import { provenance, said } from './provenance.ts';
import { FIELD_WORDS, KIND_WORDS, languageWords, nameOf, pictureWords, STATE_WORDS } from './words.ts';

/** What the page says at its top after a form was sent. */
export type Message = { tone: Tone; words: string };

const STATE_TONE: Record<CaptionRecord['state'], Tone> = { PENDING: 'plain', READY: 'good', FAILED: 'bad', DELETED: 'bad' };

const top = ({ record }: Picture): Html => html`<div class="picture">${mediaView(record)}
${facts([
  ['State', badge(STATE_WORDS[record.state], STATE_TONE[record.state])],
  ['Key', html`<code>${record.key}</code>`],
  ['Bucket', html`<code>${record.bucket}</code>`],
  ['File', record.picture === undefined ? undefined : pictureWords(record.picture)],
  ['Changed', moment(record.changedAt)],
])}</div>`;

const translationsOf = ({ translations = {} }: CaptionRecord): Html[] =>
  Object.entries(translations).flatMap(([lang, texts = {}]) =>
    Object.entries(texts).map(([kind, text]) => {
      if (text === undefined) return html``;
      return html`<div class="text"><h3>${KIND_WORDS[kind as TextKind]}: ${languageWords(lang)}</h3>${said(text)}${provenance(text)}</div>`;
    }),
  );

const translationsPart = (picture: Picture, form: FormState | undefined): Html => {
  const found = translationsOf(picture.record);
  return html`<section class="panel" aria-labelledby="translations-title"><h2 id="translations-title">Other languages</h2>
${found.length === 0 ? html`<p class="empty">There are no texts in other languages.</p>` : found}
${picture.mayWrite ? html`<details class="edit"${form === undefined ? '' : html` open`}><summary>Add or change a translation</summary>${translationForm(picture, form)}</details>` : ''}</section>`;
};

const productPart = (picture: Picture, form: FormState | undefined): Html | '' => {
  if (!picture.mayWrite) return '';
  const { product } = picture.record;
  return html`<section class="panel" aria-labelledby="product-title"><h2 id="product-title">Product data</h2>
<p class="hint">Goes into the texts where it does not contradict the picture.${product === undefined ? '' : html` Set ${product.from === 'api' ? 'here or by the API' : 'by the object’s metadata'}, ${moment(product.at)}.`}</p>
<details class="edit"${form === undefined ? '' : html` open`}><summary>${product === undefined ? 'Add' : 'Change'} the product data</summary>${productForm(picture, form)}</details></section>`;
};

/** The place of an entry in its list. */
const ENTRY = /\[\d+\]$/;

/** The field of an error: entries of a list have one field together, and reasons stand beside what they are about. */
const fieldId = ({ kind, values }: FormState, field: string): string =>
  field === 'reason' ? `${kind}-${values.of ?? 'current'}-reason` : `${kind}-${field.replace(ENTRY, '')}`;

/** What was wrong, each with a link to its field (WCAG 3.3.1, technique G139). */
const wrong = (form: FormState | undefined): Html | '' =>
  form === undefined
    ? ''
    : html`<div class="notice bad" role="alert"><h2>Nothing was saved</h2><ul>${form.errors.map(({ field, message }) => html`<li><a href="#${fieldId(form, field)}">${FIELD_WORDS[field.replace(ENTRY, '')] ?? field}: ${message}</a></li>`)}</ul></div>`;

/** The main part of the page of one picture. */
export const pictureView = (
  picture: Picture,
  message?: Message,
  form?: FormState,
): Html => html`<p class="crumb"><a href="/">All pictures</a></p>
<h1><bdi>${nameOf(picture.record.key)}</bdi></h1>
${message === undefined ? '' : notice(message.tone, html`<p role="status" data-tell>${message.words}</p>`)}${wrong(form)}
<div class="split">${top(picture)}<div class="sections">
${useView(picture)}${shotsView(picture)}${textsView(picture, form)}${translationsPart(picture, form?.kind === 'translation' ? form : undefined)}${productPart(picture, form?.kind === 'product' ? form : undefined)}${foundView(picture)}${rulesView(picture)}${copyView(picture)}${machineView(picture.record)}${historyView(picture.record)}
</div></div>`;
