// What the analysis has found in a picture, in words: each thing with how sure that is and where it is, and who has found it. The marks in
// front are those of the boxes over the picture.
import { html } from 'hono/html';
import { ATTRIBUTES, type Box, type Facts, STAGES } from '../../core/facts/facts.ts';
import { sizeOf } from '../../core/facts/whereabouts.ts';
import type { Tag } from '../../core/tags/tag.ts';
import { placeOf } from '../../core/text/places.ts';
import { ATTRIBUTE_WORDS, STAGE_WORDS, TAG_SOURCE_WORDS } from './found-words.ts';
import { badge, type Html, facts as rows } from './parts.ts';
import { type MarkKind, markOf } from './picture-marks.ts';
import type { Picture } from './picture-model.ts';
import { langOf } from './provenance.ts';
import { qualityView } from './quality-view.ts';
import { swatch } from './swatch.ts';
import { confidenceWords, languageWords, percent, sentence } from './words.ts';

type Sure = { confidence?: number; calibrated?: false };

/** What is known about an entry beside its name: how sure, where, how large. */
const about = (sure: Sure, box?: Box, more: readonly string[] = []): Html => {
  const places = box === undefined ? [] : [placeOf(box)];
  const known = [...places, ...more, confidenceWords(sure)].filter((words) => words !== undefined);
  return known.length === 0 ? html`` : html` <span class="hint">${sentence([known.join(', ')])}</span>`;
};

/** A thing that fills the picture has no other size to tell. */
const sizeWords = (box: Box): string[] => [sizeOf(box)].filter((size) => size !== 'fills the picture');

const group = (title: string, entries: readonly Html[] | undefined, hint: Html | '' = ''): Html | '' => {
  if (entries === undefined) return '';
  return html`<h3>${title}</h3>${hint}${entries.length === 0 ? html`<p class="empty">None found.</p>` : html`<ul class="found" role="list">${entries.map((entry) => html`<li>${entry}</li>`)}</ul>`}`;
};

const mark = (kind: MarkKind, at: number): Html => html`<span class="mark mark-${kind}" aria-hidden="true">${markOf(kind, at)}</span> `;

const objects = ({ objects: found }: Facts): Html | '' =>
  group(
    'Objects',
    found?.map(({ label, box, ...sure }, at) => html`${mark('objects', at)}${label}${about(sure, box, sizeWords(box))}`),
  );

const peopleNumber = ({ count, orMore }: NonNullable<Facts['people']>): string =>
  count === 0 ? 'None found.' : `${count}${orMore === true ? ' or more' : ''}`;

const people = ({ people: found }: Facts): Html | '' =>
  found === undefined ? '' : html`<h3>People</h3><p>${peopleNumber(found)}${about(found)}</p>`;

const product = ({ attributes: found }: Facts): Html | '' => {
  if (found === undefined) return '';
  const known = ATTRIBUTES.flatMap((attribute): [string, Html][] => {
    const judged = found[attribute];
    return judged === undefined ? [] : [[ATTRIBUTE_WORDS[attribute], html`${judged.value}${about(judged)}`]];
  });
  return html`<h3>Product</h3>${known.length === 0 ? html`<p class="empty">Nothing is sure, or it is no photo of a product.</p>` : rows(known)}`;
};

const scene = ({ scene: found }: Facts): Html | '' =>
  found === undefined || found.length === 0
    ? ''
    : group(
        'Scene',
        found.map((judged) => html`${judged.value}${about(judged)}`),
      );

const colours = ({ colours: found }: Facts): Html | '' =>
  group(
    'Colours',
    found?.map(
      ({ name, share, hex }) =>
        html`${swatch(hex)}${name} <span class="hint">${percent(share)}${hex === undefined ? '' : html`, <code>${hex}</code>`}</span>`,
    ),
  );

const text = ({ text: found }: Facts): Html | '' =>
  group(
    'Text in the picture',
    found?.map(
      ({ text: line, lang, box, ...sure }, at) =>
        html`${mark('text', at)}<q${langOf(lang)}><bdi>${line}</bdi></q>${about(sure, box, lang === undefined ? [] : [languageWords(lang)])}`,
    ),
  );

const LOGO_HINT = html`<p class="hint">Something looks like these brands’ marks. Names and marks belong to their owners.</p>`;

const logos = ({ logos: found }: Facts): Html | '' =>
  group(
    'Logos',
    found?.map(({ brand, box, ...sure }, at) => html`${mark('logos', at)}<bdi>${brand}</bdi>${about(sure, box)}`),
    found?.length ? LOGO_HINT : '',
  );

const dense = ({ dense: found }: Facts): Html | '' =>
  group(
    'Sentences about parts',
    found?.map(({ text: said, box, ...sure }, at) => html`${mark('dense', at)}${said}${about(sure, box)}`),
  );

const tagged = ({ name, confidence, sources, taxonomy }: Tag): Html => {
  const from = `from ${sources.map((source) => TAG_SOURCE_WORDS[source]).join(', ')}`;
  return html`${badge(name)} <span class="hint">${percent(confidence)} sure, ${from}${taxonomy === undefined ? '' : `: ${taxonomy}`}</span>`;
};

const analysts = ({ by = {}, failed = {} }: Facts): Html | '' => {
  const known = STAGES.flatMap((stage): [string, unknown][] => {
    if (failed[stage] !== undefined) return [[STAGE_WORDS[stage], html`${badge('Failed', 'bad')} ${sentence([failed[stage]])}`]];
    return by[stage] === undefined ? [] : [[STAGE_WORDS[stage], by[stage]]];
  });
  if (known.length === 0) return '';
  const open = Object.keys(failed).length > 0;
  return html`<details class="edit"${open ? html` open` : ''}><summary>Who looked for it</summary>${rows(known)}</details>`;
};

/** Everything that was found, and the tags that come of it; of a video only its shots are known, which shotsView shows. */
export const foundView = ({ facts = {}, tags }: Picture): Html | '' => {
  const named = group('Tags', tags.length === 0 ? undefined : tags.map(tagged));
  const quality = facts.quality === undefined ? '' : qualityView(facts.quality);
  const found = [product, objects, people, scene, text, logos, colours, dense].map((part) => part(facts));
  const parts = [named, ...found, quality, analysts(facts)];
  if (parts.every((part) => part === '')) return '';
  return html`<section class="panel" aria-labelledby="found-title"><h2 id="found-title">What is in the picture</h2>
${parts}</section>`;
};
