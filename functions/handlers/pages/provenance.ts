// Where a text comes from, in words: who, how sure, which model, when, in which language, and what holds it.
import { html } from 'hono/html';
import type { PictureFacts, Text } from '../../core/record/record.ts';
import { isOutdated } from '../../core/record/text-view.ts';
import { badge, type Html, moment } from './parts.ts';
import { confidenceWords, languageWords, ORIGIN_WORDS } from './words.ts';

/** The badges of a text: what holds it, and what is wrong with it. */
export const marksOf = (text: Text, picture: PictureFacts | undefined): Html =>
  html`${text.locked === true ? badge('Locked: only people can change it', 'good') : ''}${isOutdated(text, picture) ? badge('Written for an earlier picture', 'warn') : ''}`;

type Row = readonly [name: string, value: unknown];

/** Everything that is known about where a text comes from, on one line; the names are for those who hear it. */
export const provenance = (text: Text): Html => {
  const rows: Row[] = [
    ['Origin', ORIGIN_WORDS[text.origin]],
    ['Confidence', text.origin === 'machine' || text.origin === 'reviewed' ? confidenceWords(text) : undefined],
    ['Model', text.model],
    ['By', text.by],
    ['When', moment(text.at)],
    ['Language', languageWords(text.lang)],
  ];
  const known = rows.filter(([, value]) => value !== undefined);
  return html`<dl class="line">${known.map(([name, value]) => html`<div><dt class="unseen">${name}</dt><dd>${value}</dd></div>`)}</dl>`;
};

/** The text itself, in its language; an empty one in words. */
export const said = (text: Pick<Text, 'text' | 'lang'>): Html =>
  text.text === ''
    ? html`<p class="empty">Empty: the picture is decorative, so nothing is said.</p>`
    : html`<blockquote class="says" dir="auto"${langOf(text.lang)}>${text.text}</blockquote>`;

const PAGE_LANGUAGE = 'en';
const TAG = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;

/** The `lang` attribute of a text that is not in the page's language. */
export const langOf = (lang: string | undefined): Html | '' =>
  lang === undefined || lang === PAGE_LANGUAGE || lang === 'x-default' || !TAG.test(lang) ? '' : html` lang="${lang}"`;
