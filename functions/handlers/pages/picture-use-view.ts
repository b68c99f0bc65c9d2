// How a picture's text is used: the switcher of usages with the branch of the decision tree, what a screen reader says, and code to copy.
import { html } from 'hono/html';
import type { AltBranch } from '../../core/text/branches.ts';
import { USAGES, type Usage } from '../../core/text/usages.ts';
import { checkbox, type Html, input, notice, select } from './parts.ts';
import type { Picture } from './picture-model.ts';
import { langOf } from './provenance.ts';
import { screenReaderSays } from './screen-reader.ts';
import { ABSTAIN_WORDS, nameOf, REASON_WORDS, secondsWords } from './words.ts';

const USAGE_WORDS: Record<Usage, string> = {
  informative: 'Informs: the picture says something',
  decorative: 'Decorates: the picture says nothing',
  link: 'Is a link',
  button: 'Is a button',
  product: 'Shows a product',
  og: 'Preview on social networks (Open Graph)',
  x: 'Preview on X',
  chart: 'Is a chart or diagram',
};

/** Names of the branches of the W3C's decision tree. */
const BRANCH_WORDS: Record<AltBranch, string> = {
  'text-nearby': 'text that also stands nearby',
  'text-effect': 'text for its look',
  'text-function': 'text with a function',
  'text-included': 'text in the picture',
  functional: 'link or button',
  informative: 'informative picture',
  complex: 'complex picture',
  redundant: 'redundant picture',
  decorative: 'decorative picture',
  unclear: 'link or button whose aim is not known',
};

/** The parameters of a use, as the page's address and the speech route take them. */
const useQuery = ({ usage, lang, max, disclose, href, context }: Picture['use']): string => {
  const given = { usage, lang, max: max?.toString(), disclose, href, context };
  return new URLSearchParams(Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString();
};

const switcher = ({ record, use }: Picture): Html =>
  html`<form method="get" action="/images/${record.id}" class="switcher" aria-label="Use of the picture">
${select(
  { id: 'usage', name: 'usage', label: 'The picture', value: use.usage ?? 'informative' },
  USAGES.map((usage) => [usage, USAGE_WORDS[usage]]),
)}
<details${(use.href ?? use.max ?? use.lang ?? use.disclose ?? use.context) ? html` open` : ''}><summary>More about its use</summary>
${input({ id: 'use-href', name: 'href', label: 'Where the link leads', value: use.href ?? '', hint: 'For links and buttons.', attributes: html` spellcheck="false"` })}
${input({ id: 'use-context', name: 'context', label: 'Words beside the picture', value: use.context ?? '', hint: 'What is there already need not be said twice. Of a link or button: what it does, or where it leads.' })}
${input({ id: 'use-max', name: 'max', label: 'Most characters', value: use.max?.toString() ?? '', hint: 'A number, such as 125.', attributes: html` inputmode="numeric" pattern="[0-9]*" size="6"` })}
${input({ id: 'use-lang', name: 'lang', label: 'Language', value: use.lang ?? '', hint: 'A language tag, such as en or pt-BR.', attributes: html` size="8" spellcheck="false"` })}
${checkbox({ id: 'use-disclose', name: 'disclose', label: 'Say first when the model is not sure' }, use.disclose === 'lead')}
</details>
<button class="quiet">Show</button></form>`;

const listen = ({ record, use, alt, speaks, readingS }: Picture): Html | '' => {
  if (alt.alt === null || alt.alt === '') return '';
  const takes = `About ${secondsWords(readingS)} to hear.`;
  if (!speaks) return html`<p class="hint">${takes} Speech is off in this deployment: see <a href="/settings">Settings</a>.</p>`;
  return html`<div class="listen"><button type="button" id="listen" data-js hidden data-player="player">Listen</button>
<audio id="player" controls preload="none" aria-label="The text, spoken" src="/images/${record.id}/speech?${useQuery(use)}"></audio><span class="hint">${takes}</span></div><p id="spoken-error" class="error"></p>`;
};

/** Why there is no text, from the record: the answer's own reason is a code for programs. */
const whyNot = ({ record, alt }: Picture): string | undefined => {
  if (alt.status === 'failed') return record.reason === undefined ? undefined : REASON_WORDS[record.reason];
  if (alt.status === 'pending') return 'The picture is being described.';
  if (record.withheld?.alt !== undefined) return 'A person has rejected the machine’s text.';
  if (record.texts.alt !== undefined) return 'The text says a word that the product data forbid.';
  return record.machine?.abstained === undefined ? undefined : ABSTAIN_WORDS[record.machine.abstained];
};

const silence = (picture: Picture): Html | '' => {
  const { alt } = picture;
  if (alt.alt !== null) return '';
  const why = whyNot(picture);
  return notice(
    alt.status === 'failed' ? 'bad' : 'warn',
    html`${why === undefined ? '' : html`<p>${why}</p>`}${alt.sure.length === 0 ? '' : html`<p>Sure of: ${alt.sure.join(', ')}.</p>`}${alt.next === undefined ? '' : html`<p>${alt.next}</p>`}`,
  );
};

/** What a screen reader says in the chosen use, and why. */
export const useView = (picture: Picture): Html => {
  const { alt, record } = picture;
  return html`<section class="panel" aria-labelledby="use-title"><h2 id="use-title">As a screen reader says it</h2>
<p class="spoken" id="spoken" dir="auto"${langOf(alt.lang)}>${screenReaderSays(alt, nameOf(record.key))}</p>
${listen(picture)}
<p class="hint">Screen readers differ: some say “graphic” instead of “image”.</p>
${silence(picture)}
<h3>How is it used?</h3>
<p>Branch <strong>${BRANCH_WORDS[alt.branch]}</strong>: ${alt.because}.${alt.cut ? ' It was shortened at the end of a clause.' : ''}${alt.hasLong ? ' There is a long description, too.' : ''}</p>
${switcher(picture)}</section>`;
};

const copyBox = (id: string, title: string, code: string, open = false): Html =>
  html`<details class="copy"${open ? html` open` : ''}><summary>${title}</summary><pre id="${id}"><code>${code}</code></pre>
<button type="button" class="quiet" data-js hidden data-copy="${id}">Copy ${title}</button></details>`;

/** Code for other pages, to copy by a button or by selecting it. */
export const copyView = ({ seo }: Picture): Html => {
  const content =
    seo === undefined
      ? html`<p>The picture’s public address is not known here. Once <code>imageBaseUrl</code> is set (see <a href="/settings">Settings</a>), code for your pages appears here.</p>`
      : html`${copyBox('copy-img', 'HTML', seo.html.img, true)}${copyBox('copy-figure', 'HTML with caption', seo.html.figure)}${copyBox('copy-jsonld', 'JSON-LD', JSON.stringify(seo.jsonLd, null, 2))}${copyBox('copy-markdown', 'Markdown', seo.markdown)}`;
  return html`<section class="panel" aria-labelledby="copy-title"><h2 id="copy-title">Code to copy</h2>${content}</section>`;
};
