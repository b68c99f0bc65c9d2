// Someone else was faster: what was sent is kept and shown beside what is there now, and can be sent again over it.
import { html } from 'hono/html';
import { type CaptionRecord, TEXT_KINDS } from '../../core/record/record.ts';
import { recordTag } from '../../core/record/record-tag.ts';
import { effectiveTexts } from '../../core/text/texts-of.ts';
import type { WordingRules } from '../../core/text/wording-rules.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import { facts, type Html, hidden, notice } from './parts.ts';
import { provenance, said } from './provenance.ts';
import { FIELD_WORDS, KIND_WORDS, nameOf } from './words.ts';

const CONFLICT = 412;

/** What people read of what they sent; the rest of the form goes along unseen. */
const SHOWN = ['text', 'lang', 'note', 'reason', 'name', 'brand', 'colour', 'keywords', 'negativeKeywords', 'pageUrl'] as const;

const theirs = (record: CaptionRecord, field: string | undefined, rules: WordingRules): Html => {
  const kind = TEXT_KINDS.find((one) => one === field) ?? 'alt';
  const text = effectiveTexts(record, rules)[kind];
  return html`<h2>What is there now</h2><h3>${KIND_WORDS[kind]}</h3>${text === undefined ? html`<p class="empty">There is none.</p>` : html`${said(text)}${provenance(text)}`}`;
};

const yours = (values: Readonly<Record<string, string>>): Html => html`<h2>What you sent</h2>
${values.text === undefined ? '' : html`<blockquote class="says" id="yours" dir="auto">${values.text === '' ? '(empty)' : values.text}</blockquote>`}
${facts(SHOWN.filter((name) => name !== 'text' && values[name]).map((name) => [FIELD_WORDS[name] ?? name, values[name]]))}`;

/** 412: `values` are the fields of the form that was sent; `action` is where it goes again. */
export const conflictPage = (
  c: PageContext,
  record: CaptionRecord,
  values: Readonly<Record<string, string>>,
  action = `/images/${record.id}`,
): Promise<Response> => {
  const { etag: _, ...others } = values;
  const main = html`<h1>Someone else was faster</h1>
${notice('warn', html`<p><bdi>${nameOf(record.key)}</bdi> was changed after you opened it, so nothing was saved. What you sent is kept below.</p>`)}
<div class="pair"><section class="panel">${yours(values)}</section><section class="panel">${theirs(record, values.field, c.var.service.lookup.settings)}</section></div>
<div class="actions"><form method="post" action="${action}">${hidden({ etag: `"${recordTag(record)}"`, ...others })}<button>Send mine all the same</button></form>
<a class="button quiet" href="/images/${record.id}">Keep what is there now</a></div>`;
  return page(c, { title: 'Someone else was faster', main, status: CONFLICT });
};
