// The forms of a picture's page. Each sends the entity tag that it was made from, so that nobody's newer work is lost (RFC 9110, If-Match).
import { html } from 'hono/html';
import type { FieldError } from '../../core/lookup/request-error.ts';
import type { TextKind } from '../../core/record/record.ts';
import { isPersonal } from '../../core/record/text-rules.ts';
import { area, checkbox, errorOf, type Html, hidden, input } from './parts.ts';
import type { Picture } from './picture-model.ts';
import { KIND_WORDS } from './words.ts';

/** What was sent with a form that was refused, to be shown again with its errors. */
export type FormState = {
  kind: TextKind | 'product' | 'translation';
  values: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
};

/** Names of the things that the forms of a picture do. */
export const DEEDS = ['save', 'withdraw', 'review', 'product', 'translate'] as const;

/** An entry of `DEEDS`. */
export type Deed = (typeof DEEDS)[number];

/** The beginning of a form that changes a picture. */
export const opening = (
  { record, etag }: Pick<Picture, 'record' | 'etag'>,
  values: Readonly<Record<string, string>> & { do?: Deed },
): Html => html`<form method="post" action="/images/${record.id}">${hidden({ etag, ...values })}`;

const LINES: Record<TextKind, number> = { alt: 2, caption: 2, long: 6, title: 1 };

const lockHint = 'A locked text is changed by people only. Texts that people write are never replaced by a machine, locked or not.';

const editFields = ({ record, texts }: Picture, kind: TextKind, form: FormState | undefined): Html => {
  const text = texts[kind];
  const value = form?.values.text ?? text?.text ?? '';
  return html`${area({
    id: `${kind}-text`,
    name: 'text',
    label: KIND_WORDS[kind],
    value,
    ...(kind === 'alt' && { hint: 'One or two sentences, up to about 125 characters. Leave it empty when the picture is decorative.' }),
    ...errorOf(form?.errors, 'text'),
    attributes: html` rows="${LINES[kind]}"`,
  })}
${input({ id: `${kind}-lang`, name: 'lang', label: 'Language', value: form?.values.lang ?? text?.lang ?? 'en', hint: 'A language tag, such as en or pt-BR.', ...errorOf(form?.errors, 'lang'), attributes: html` size="8" spellcheck="false"` })}
${input({ id: `${kind}-note`, name: 'note', label: 'Note for the history (optional)', value: form?.values.note ?? '', ...errorOf(form?.errors, 'note') })}
${checkbox({ id: `${kind}-locked`, name: 'locked', label: 'Lock it', hint: lockHint }, form === undefined ? record.texts[kind]?.locked === true : form.values.locked === 'true')}`;
};

/** Changes or withdraws a text. */
const editForm = (picture: Picture, kind: TextKind, form: FormState | undefined): Html => {
  const text = picture.texts[kind];
  const stored = picture.record.texts[kind];
  const own = stored !== undefined && isPersonal(stored);
  const name = KIND_WORDS[kind].toLowerCase();
  return html`<details class="edit"${form === undefined ? '' : html` open`}><summary>${text === undefined ? 'Write' : 'Edit'} the ${name}</summary>
${opening(picture, { field: kind })}
${editFields(picture, kind, form)}
<p class="actions"><button name="do" value="save">Save the ${name}</button>
${own ? html`<button class="quiet" name="do" value="withdraw">Withdraw it</button>` : ''}</p></form></details>`;
};

/** Takes or turns down a proposal. */
export const proposalForms = (picture: Picture, kind: TextKind, form?: FormState): Html => {
  const said = { do: 'review', field: kind, of: 'proposal' } as const;
  const error = form?.values.of === 'proposal' ? errorOf(form.errors, 'reason') : {};
  return html`<div class="deeds">${opening(picture, { ...said, action: 'accept' })}<button>Use the proposal</button></form>
<details class="edit"${'error' in error ? html` open` : ''}><summary>Turn the proposal down</summary>
${opening(picture, { ...said, action: 'reject' })}
${input({ id: `${kind}-proposal-reason`, name: 'reason', label: 'What is wrong with it?', ...error, attributes: html` required` })}<p class="actions"><button class="quiet">Turn it down</button></p></form></details></div>`;
};

/** Accepts or rejects a text that no person has written. */
const machineForms = (picture: Picture, kind: TextKind, form: FormState | undefined): Html => {
  const name = KIND_WORDS[kind].toLowerCase();
  const said = { do: 'review', field: kind, of: 'current' } as const;
  const error = form?.values.of === 'current' ? errorOf(form.errors, 'reason') : {};
  return html`${opening(picture, { ...said, action: 'accept' })}<button>Accept the ${name}</button></form>
<details class="edit"${'error' in error ? html` open` : ''}><summary>Reject the ${name}</summary>
${opening(picture, { ...said, action: 'reject' })}
${input({ id: `${kind}-current-reason`, name: 'reason', label: 'What is wrong with it?', hint: 'Until the picture is another one, machines then only propose.', ...error, attributes: html` required` })}<p class="actions"><button class="quiet">Reject it</button></p></form></details>`;
};

/** Everything that can be done about a text. */
export const textForms = (picture: Picture, kind: TextKind, form?: FormState): Html => {
  const stored = picture.record.texts[kind];
  const edit = form?.values.do === 'review' ? undefined : form;
  return html`<div class="deeds">${stored === undefined || isPersonal(stored) ? '' : machineForms(picture, kind, form)}${editForm(picture, kind, edit)}${
    kind === 'alt' && stored?.text !== ''
      ? html`${opening(picture, { do: 'review', action: 'decorative', field: 'alt' })}<button class="quiet">Mark as decorative</button></form>`
      : ''
  }</div>`;
};

const PRODUCT_FIELDS = [
  ['name', 'Name', undefined],
  ['brand', 'Brand', undefined],
  ['colour', 'Colour', undefined],
  ['keywords', 'Keywords', 'Separated by commas.'],
  ['negativeKeywords', 'Words that are never said', 'Separated by commas.'],
  ['pageUrl', 'Address of the page that shows the picture', undefined],
] as const;

const productValue = ({ record }: Picture, field: (typeof PRODUCT_FIELDS)[number][0]): string => {
  const value = record.product?.[field];
  return typeof value === 'string' ? value : (value ?? []).join(', ');
};

/** What the shop knows about what is shown. */
export const productForm = (picture: Picture, form?: FormState): Html =>
  html`${opening(picture, { do: 'product' })}${PRODUCT_FIELDS.map(([field, label, hint]) =>
    input({
      id: `product-${field}`,
      name: field,
      label,
      value: form?.values[field] ?? productValue(picture, field),
      ...(hint !== undefined && { hint }),
      ...errorOf(form?.errors, field),
    }),
  )}<p class="actions"><button>Save the product data</button></p></form>`;

/** Writes a text in another language, or asks for one. */
export const translationForm = (picture: Picture, form?: FormState): Html =>
  html`${opening(picture, { field: 'alt', translation: 'true' })}
${input({ id: 'translation-lang', name: 'lang', label: 'Language', value: form?.values.lang ?? '', hint: 'A language tag, such as de or pt-BR.', ...errorOf(form?.errors, 'lang'), attributes: html` size="8" spellcheck="false" required` })}
${area({ id: 'translation-text', name: 'text', label: 'Alt text in that language', value: form?.values.text ?? '', ...errorOf(form?.errors, 'text'), attributes: html` rows="2"` })}
<p class="actions"><button name="do" value="save">Save the translation</button>
${picture.translates ? html`<button class="quiet" name="do" value="translate">Let a machine translate it</button>` : ''}</p></form>
${picture.translates ? '' : html`<p class="hint">Machine translation is off in this deployment: see <a href="/settings">Settings</a>.</p>`}`;
