// The coverage report as a page of its own, to be opened, saved or sent: one table, no script, nothing from elsewhere.
// Tables: https://www.w3.org/WAI/tutorials/tables/two-headers/. Colours keep 4.5 to 1 (WCAG 2.2 SC 1.4.3) in light and dark.
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Coverage } from '../../../core/report/coverage.ts';
import type { Counts, Percent } from '../../../core/report/coverage-counts.ts';
import { plainText } from '../../../core/seo/escape.ts';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; background: #fff; color: #1a1a1a; }
a { color: #0b4f9e; }
@media (prefers-color-scheme: dark) {
  :root { background: #141414; color: #ececec; }
  a { color: #9ecbff; }
}
body { max-width: 70rem; margin: 0 auto; padding: 1rem; }
.wide { overflow-x: auto; }
.wide:focus-visible, a:focus-visible { outline: 0.2rem solid; outline-offset: 0.2rem; }
table { border-collapse: collapse; }
caption { text-align: start; padding-block: 0.5rem; }
th, td { border: 1px solid; padding: 0.4rem 0.6rem; text-align: end; vertical-align: top; }
th[scope='row'] { text-align: start; font-weight: normal; overflow-wrap: anywhere; min-inline-size: 8rem; }
tfoot th, tfoot td { font-weight: bold; }
`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Allows the page's own style and nothing else. */
export const REPORT_POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Columns: name, and what stands in them. */
const COLUMNS: readonly (readonly [name: string, value: (counts: Counts, percent: Percent) => number | string])[] = [
  ['Pictures', ({ images }) => images],
  ['With alt text', (_, { withAlt }) => share(withAlt)],
  ['Reviewed by people', (_, { reviewed }) => share(reviewed)],
  ['Without lint findings', (_, { lintClean }) => share(lintClean)],
  ['Described', ({ described }) => described],
  ['Decorative', ({ decorative }) => decorative],
  ['Without text', ({ missing }) => missing],
  ['Waiting', ({ pending }) => pending],
  ['Failed', ({ failed }) => failed],
  ['Text of an older picture', ({ outdated }) => outdated],
];

const share = (percent: number | null): string => (percent === null ? 'none' : `${percent} %`);

const cells = (counts: Counts, percent: Percent) => COLUMNS.map(([, value]) => html`<td>${value(counts, percent)}</td>`);

const linkTo = (parameters: Record<string, string>): string => `?${new URLSearchParams({ format: 'html', ...parameters })}`;

const name = (prefix: string): string => (prefix === '' ? '(no folder)' : plainText(prefix));

const folderName = (folder: string | null, prefix: string) => {
  if (folder === null) return 'All other folders';
  if (folder === prefix) return html`<bdi>${name(folder)}</bdi>, not in a folder below`;
  return html`<a href="${linkTo({ prefix: folder.toWellFormed() })}"><bdi>${name(folder)}</bdi></a>`;
};

const summary = ({ total, percent }: Coverage): string =>
  total.images === 0
    ? 'There are no pictures here.'
    : `Of ${total.images} pictures, ${share(percent.withAlt)} have an alternative text or are decided to be decorative.`;

/** What the three shares are shares of. */
const NOTE =
  'With alt text: described or decorative, of all pictures. Reviewed by people: of those. Without lint findings: of the described. A picture without text was looked at, and the machine was not sure enough to say something, or a person has rejected what it said.';

/** The page, whole. */
export const reportHtml = async (report: Coverage): Promise<string> => {
  const { prefix, folders, total, percent, next } = report;
  const title = prefix === '' ? 'Alternative texts' : `Alternative texts below ${plainText(prefix)}`;
  const page = await html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<h1>${prefix === '' ? 'Alternative texts' : html`Alternative texts below <bdi>${plainText(prefix)}</bdi>`}</h1>
<p>${summary(report)}</p>
<div class="wide" role="region" aria-labelledby="table-name" tabindex="0">
<table>
<caption id="table-name">By folder${next === undefined ? '' : ' (this part of the pictures)'}</caption>
<thead><tr><th scope="col">Folder</th>${COLUMNS.map(([column]) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${folders.map(
  ({ prefix: folder, counts, percent: shares }) => html`<tr><th scope="row">${folderName(folder, prefix)}</th>${cells(counts, shares)}</tr>
`,
)}</tbody>
<tfoot><tr><th scope="row">${next === undefined ? 'All' : 'All until here'}</th>${cells(total, percent)}</tr></tfoot>
</table>
</div>
<p>${NOTE}</p>
${next === undefined ? '' : html`<p><a href="${linkTo({ prefix: prefix.toWellFormed(), cursor: next })}">Count on with the next pictures</a></p>`}
</main>
</body>
</html>
`;
  return String(page);
};
