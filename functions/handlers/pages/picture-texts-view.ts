// The texts of a picture: each with its origin, its proposal, what could be better, and the form that changes it.
import { html } from 'hono/html';
import type { Finding } from '../../core/lint/lint.ts';
import { TEXT_KINDS, type Text, type TextKind } from '../../core/record/record.ts';
import { type Html, notice } from './parts.ts';
import { type FormState, proposalForms, textForms } from './picture-forms.ts';
import type { Picture } from './picture-model.ts';
import { marksOf, provenance, said } from './provenance.ts';
import { KIND_PURPOSE, KIND_WORDS } from './words.ts';

/** What the lint rules say about a text. */
export const findingsList = (findings: readonly Finding[]): Html | '' =>
  findings.length === 0
    ? ''
    : html`<ul class="findings" role="list">${findings.map(
        ({ severity, why, fix }) =>
          html`<li class="${severity === 'error' ? 'severe' : ''}"><strong>${severity === 'error' ? 'Problem' : 'Advice'}:</strong> ${why} <span class="fix">${fix}</span></li>`,
      )}</ul>`;

const absent = ({ record }: Picture, kind: TextKind): Html => {
  const withheld = record.withheld?.[kind];
  if (withheld === undefined) return html`<p class="empty">There is none.</p>`;
  return html`<p class="empty">There is none: ${withheld.by} rejected the machine’s text. Reason: ${withheld.reason}</p>`;
};

/** Where nobody has stored a text of this kind, rules put one together, or take a person's other text. */
const madeByRules = ({ record }: Picture, kind: TextKind, { origin }: Text): Html | '' => {
  if (record.texts[kind] !== undefined) return '';
  const words =
    origin === 'machine'
      ? 'Put together by rules from what is known about the picture; it is not stored until you save it.'
      : 'Taken from another text of this picture until somebody writes one.';
  return html`<p class="hint">${words}</p>`;
};

const current = (picture: Picture, kind: TextKind, text: Text): Html =>
  html`${said(text)}<p class="meta">${marksOf(text, picture.record.picture)}</p>${madeByRules(picture, kind, text)}${provenance(text)}${findingsList(picture.findings[kind] ?? [])}`;

const proposal = (picture: Picture, kind: TextKind, form: FormState | undefined): Html | '' => {
  const text = picture.proposals[kind];
  if (text === undefined) return '';
  return html`<div class="proposal stack"><h4>A machine proposes</h4>${said(text)}${provenance(text)}${picture.mayWrite ? proposalForms(picture, kind, form) : ''}</div>`;
};

const textPart = (picture: Picture, kind: TextKind, sent: FormState | undefined): Html => {
  const text = picture.texts[kind];
  const form = sent?.kind === kind ? sent : undefined;
  return html`<section class="text" aria-labelledby="${kind}-title">
<h3 id="${kind}-title">${KIND_WORDS[kind]}</h3>
<p class="hint">${KIND_PURPOSE[kind]}</p>
<div class="${picture.proposals[kind] === undefined ? 'stack' : 'pair'}"><div class="stack">${text === undefined ? absent(picture, kind) : current(picture, kind, text)}
${picture.mayWrite ? textForms(picture, kind, form) : ''}</div>${proposal(picture, kind, form)}</div>
</section>`;
};

/** All texts in the picture's main language. */
export const textsView = (picture: Picture, form: FormState | undefined): Html =>
  html`<section class="panel" aria-labelledby="texts-title"><h2 id="texts-title">Texts</h2>
${picture.mayWrite ? '' : notice('plain', html`<p>You can read the texts; changing them needs the scope <code>captions:write</code>.</p>`)}
${TEXT_KINDS.map((kind) => textPart(picture, kind, form))}</section>`;
