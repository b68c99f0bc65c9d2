// Shows the Markdown of model cards as HTML: headings, paragraphs, lists, tables and code, nothing else; everything is escaped, links stay text.
import { html } from 'hono/html';
import type { Html } from './parts.ts';

/** Cards longer than this are cut, in characters. */
const MAX_CARD_CHARS = 50_000;

const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^[-*]\s+(.*)$/;
const ROW = /^\|(.*)\|\s*$/;
const RULE = /^[\s|:-]+$/;

type Kind = 'heading' | 'item' | 'row' | 'blank' | 'words';
type Block = { kind: Kind; lines: string[] };

const kindOf = (line: string): Kind => {
  if (line.trim() === '') return 'blank';
  if (HEADING.test(line)) return 'heading';
  if (ITEM.test(line)) return 'item';
  return ROW.test(line) ? 'row' : 'words';
};

/** Lines of one kind that follow each other belong together; so does a line of words to the item above it. */
const blocksOf = (text: string): Block[] => {
  const blocks: Block[] = [];
  for (const line of text.slice(0, MAX_CARD_CHARS).split(/\r?\n/)) {
    const last = blocks.at(-1);
    const kind = kindOf(line);
    if (last?.kind === 'item' && kind === 'words') last.lines.push(`${last.lines.pop()} ${line.trim()}`);
    else if (last?.kind === kind && kind !== 'heading') last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks;
};

const inline = (text: string): Html =>
  html`${text.split(/(`[^`]+`)/).map((part) => (part.length > 2 && part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : part))}`;

const LEVELS = [html`<h3>`, html`<h4>`, html`<h5>`, html`<h6>`];
const ENDS = [html`</h3>`, html`</h4>`, html`</h5>`, html`</h6>`];

/** The card's own title is the page's already: headings begin one below it, and no level is left out. */
const heading = (line: string, top: number): Html => {
  const [, marks = '#', words = ''] = HEADING.exec(line) ?? [];
  const level = Math.min(LEVELS.length - 1, Math.max(0, marks.length - top));
  return html`${LEVELS[level]}${inline(words)}${ENDS[level]}`;
};

const cells = (line: string): string[] => (ROW.exec(line)?.[1] ?? '').split('|').map((cell) => cell.trim());

/** A table that is wider than the window moves in a frame of its own, also by the keyboard (axe: scrollable-region-focusable). */
const table = (lines: readonly string[]): Html => {
  const [head = '', ...rest] = lines;
  const rows = rest.filter((line) => !RULE.test(line));
  const name = cells(head).filter((cell) => cell !== '');
  return html`<div class="scroll" role="group" aria-label="Table of ${name.join(', ').replaceAll('`', '')}" tabindex="0"><table><thead><tr>${cells(head).map((cell) => html`<th scope="col">${inline(cell)}</th>`)}</tr></thead><tbody>${rows.map(
    (line) => html`<tr>${cells(line).map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
};

const blockView = ({ kind, lines }: Block, top: number): Html | '' => {
  if (kind === 'blank') return '';
  if (kind === 'heading') return heading(lines[0] ?? '', top);
  if (kind === 'item') return html`<ul>${lines.map((line) => html`<li>${inline(ITEM.exec(line)?.[1] ?? line)}</li>`)}</ul>`;
  return kind === 'row' ? table(lines) : html`<p>${inline(lines.join(' '))}</p>`;
};

/** A card as HTML, below a heading of the second level; its own first heading is left out. */
export const cardView = (text: string): Html => {
  const blocks = blocksOf(text);
  const [first] = blocks;
  const shown = first?.kind === 'heading' ? blocks.slice(1) : blocks;
  return html`${shown.map((block) => blockView(block, 2))}`;
};
