// Small pieces of HTML that several pages use. Everything that is put in is escaped by hono's `html`.
import { html } from 'hono/html';
import type { FieldError } from '../../core/lookup/request-error.ts';

/** A piece of HTML. */
export type Html = ReturnType<typeof html>;

const SEPARATOR = 'T';
const MINUTES = 16;

/** A moment (ms since 1970) in UTC, readable by people and machines. */
export const moment = (ms: number): Html => {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, MINUTES).replace(SEPARATOR, ' ')} UTC</time>`;
};

/** How strongly a badge or notice speaks. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** A word or two in a pill; the words carry the meaning, never the colour alone. */
export const badge = (words: string, tone: Tone = 'plain'): Html => html`<span class="badge ${tone}">${words}</span>`;

/** A framed remark. */
export const notice = (tone: Tone, content: unknown): Html => html`<div class="notice ${tone}">${content}</div>`;

/** Names and values; values that are undefined are left out. */
export const facts = (rows: readonly (readonly [string, unknown])[]): Html =>
  html`<dl class="facts">${rows.filter(([, value]) => value !== undefined).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

/** A field of a form: its label, the control, a hint and the error of the last try. */
export type Field = { id: string; name: string; label: string; value?: string; hint?: string; error?: string; attributes?: Html };

const described = ({ id, hint, error }: Field): Html | '' => {
  const ids = [...(hint === undefined ? [] : [`${id}-hint`]), ...(error === undefined ? [] : [`${id}-error`])];
  return ids.length === 0 ? '' : html` aria-describedby="${ids.join(' ')}"`;
};

const invalid = ({ error }: Field): Html | '' => (error === undefined ? '' : html` aria-invalid="true"`);

const remarks = ({ id, hint, error }: Field): Html =>
  html`${error === undefined ? '' : html`<p class="error" id="${id}-error">Error: ${error}</p>`}${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}`;

/** One line of text. */
export const input = (field: Field): Html =>
  html`<div class="field"><label for="${field.id}">${field.label}</label>${remarks(field)}<input id="${field.id}" name="${field.name}" value="${field.value ?? ''}"${described(field)}${invalid(field)}${field.attributes ?? ''}></div>`;

/** Several lines of text. The line break after the tag is the parser's, so that a text that begins with one keeps it. */
export const area = (field: Field): Html =>
  html`<div class="field"><label for="${field.id}">${field.label}</label>${remarks(field)}<textarea id="${field.id}" name="${field.name}"${described(field)}${invalid(field)}${field.attributes ?? ''}>
${field.value ?? ''}</textarea></div>`;

/** One of several values. */
export const select = (field: Field, options: readonly (readonly [value: string, words: string])[]): Html =>
  html`<div class="field"><label for="${field.id}">${field.label}</label>${remarks(field)}<select id="${field.id}" name="${field.name}"${described(field)}${field.attributes ?? ''}>${options.map(
    ([value, words]) => html`<option value="${value}"${value === field.value ? html` selected` : ''}>${words}</option>`,
  )}</select></div>`;

/** A box to tick. */
export const checkbox = ({ id, name, label, hint }: Field, checked: boolean): Html =>
  html`<div class="field check"><input type="checkbox" id="${id}" name="${name}" value="true"${checked ? html` checked` : ''}${hint === undefined ? '' : html` aria-describedby="${id}-hint"`}><label for="${id}">${label}</label>${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}</div>`;

/** Values that a form sends unseen. */
export const hidden = (values: Readonly<Record<string, string>>): Html[] =>
  Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

/** The error of a field or of an entry of its list, when the last try had one. */
export const errorOf = (errors: readonly FieldError[] | undefined, field: string): { error?: string } => {
  const message = errors?.find((error) => error.field === field || error.field.startsWith(`${field}[`))?.message;
  return message === undefined ? {} : { error: message };
};
