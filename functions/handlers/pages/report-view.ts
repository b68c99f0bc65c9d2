// The report: how far the texts have got, in all and by folder. Tables: https://www.w3.org/WAI/tutorials/tables/two-headers/.
import { html } from 'hono/html';
import type { Coverage, Folder } from '../../core/report/coverage.ts';
import type { Counts, Percent } from '../../core/report/coverage-counts.ts';
import { facts, type Html, input } from './parts.ts';
import { counted } from './words.ts';

/** Address of a report. */
const reportUrl = (query: { prefix?: string; cursor?: string }): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return given.length === 0 ? '/report' : `/report?${new URLSearchParams(given)}`;
};

const share = (percent: number | null): string => (percent === null ? '–' : `${percent} %`);

/** Columns of the table; what is less asked for stands below it. */
const COLUMNS: readonly (readonly [name: string, value: (counts: Counts, percent: Percent) => string | number])[] = [
  ['Pictures', ({ images }) => images.toLocaleString('en')],
  ['With alt text', (_, { withAlt }) => share(withAlt)],
  ['Reviewed', (_, { reviewed }) => share(reviewed)],
  ['Without findings', (_, { lintClean }) => share(lintClean)],
];

const cells = (counts: Counts, percent: Percent): Html[] =>
  COLUMNS.map(([, value]) => html`<td class="number">${value(counts, percent)}</td>`);

const folderName = (folder: string | null, prefix: string): Html | string => {
  if (folder === null) return 'All other folders';
  if (folder === prefix) return folder === '' ? 'In no folder' : html`<bdi>${folder}</bdi> itself`;
  return html`<a href="${reportUrl({ prefix: folder.toWellFormed() })}"><bdi>${folder}</bdi></a>`;
};

const row = ({ prefix: folder, counts, percent }: Folder, prefix: string): Html =>
  html`<tr><th scope="row">${folderName(folder, prefix)}</th>${cells(counts, percent)}</tr>`;

const table = ({
  folders,
  total,
  percent,
  prefix,
  next,
}: Coverage): Html => html`<div class="scroll" role="region" aria-labelledby="table-name" tabindex="0"><table><caption id="table-name">Texts by folder</caption>
<thead><tr><th scope="col">Folder</th>${COLUMNS.map(([name]) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${folders.map((folder) => row(folder, prefix))}</tbody>
<tfoot><tr><th scope="row">${next === undefined ? 'Together' : 'Together so far'}</th>${cells(total, percent)}</tr></tfoot></table></div>`;

const details = ({ total }: Coverage): Html =>
  facts([
    ['Described', counted(total.described, 'picture')],
    ['Decorative', counted(total.decorative, 'picture')],
    ['Without text', counted(total.missing, 'picture')],
    ['Being described', counted(total.pending, 'picture')],
    ['Could not be described', counted(total.failed, 'picture')],
    ['Text of an earlier picture', counted(total.outdated, 'picture')],
  ]);

const summary = ({ total, percent }: Coverage): Html =>
  total.images === 0
    ? html`<p class="empty">There are no pictures here.</p>`
    : html`<p class="big"><strong>${share(percent.withAlt)}</strong> with an alt text or decided to be decorative, of ${counted(total.images, 'picture')}.</p>`;

/** The main part of the report. */
export const reportView = (report: Coverage): Html => {
  const { prefix, next, total } = report;
  return html`<div class="bar"><h1>Report</h1>
<form class="filter" method="get" action="/report" role="search" aria-label="Pictures of the report">${input({ id: 'prefix', name: 'prefix', label: 'Key begins with', value: prefix, attributes: html` autocapitalize="none" spellcheck="false"` })}<button class="quiet">Show</button></form></div>
<section class="panel" aria-labelledby="summary-title"><h2 id="summary-title">${prefix === '' ? 'All pictures' : html`Pictures below <bdi>${prefix}</bdi>`}</h2>
${summary(report)}${total.images === 0 ? '' : html`${table(report)}${details(report)}`}
${next === undefined ? '' : html`<p><a class="button quiet" href="${reportUrl({ prefix, cursor: next })}">Count on</a></p><p class="hint">There are more pictures than one page counts.</p>`}
<p class="hint">With alt text: of all pictures. Reviewed: of those, by people. Without findings: of the described, those in which no rule for alt texts finds anything.</p></section>`;
};
