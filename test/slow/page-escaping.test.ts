// The escaping corpus through every page: with a hostile text in every field, a page has the very elements that it has with a harmless one.
import { beforeAll, describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { ESCAPING_CORPUS } from '../support/escaping-corpus.ts';
import { hostileRecord } from '../support/hostile-record.ts';
import { pages } from '../support/pages.ts';
import { documentElements } from '../support/parsed-html.ts';

/** About two thousand pages. */
const MOST_MS = 600_000;
const HARMLESS = 'A cat on a mat.';
/** Elements that say something about a text, such as what a rule finds in it, and may come or go. */
const ABOUT_TEXTS = ['strong', 'ul', 'li', 'em', 'blockquote', 'div', 'p', 'span'];

type Shape = { names: Set<string>; handlers: string[]; addresses: string[] };

const isAddress = (name: string): boolean => ['href', 'src', 'action', 'formaction'].includes(name);

const shapeOf = (body: string): Shape => {
  const elements = documentElements(body);
  const attributes = elements.flatMap((element) => Object.entries(element.attributes));
  return {
    names: new Set(elements.map(({ name }) => name)),
    handlers: attributes.map(([name]) => name).filter((name) => name.startsWith('on') || name === 'style' || name === 'srcdoc'),
    addresses: attributes.filter(([name, value]) => isAddress(name) && !/^[/#?]/.test(value)).map(([, value]) => value),
  };
};

const PATHS = (record: CaptionRecord, words: string): [string, string][] => [
  ['/', ''],
  ['/', new URLSearchParams({ prefix: words.toWellFormed() }).toString()],
  [`/images/${record.id}`, ''],
  [
    `/images/${record.id}`,
    new URLSearchParams({
      usage: 'link',
      href: words.toWellFormed().slice(0, 2_000),
      context: words.toWellFormed().slice(0, 2_000),
    }).toString(),
  ],
  ['/review', ''],
  ['/report', ''],
  ['/report', new URLSearchParams({ prefix: words.toWellFormed() }).toString()],
];

const shapesOf = async (words: string): Promise<Shape[]> => {
  const record = await hostileRecord(words, `a/${words.toWellFormed() || 'x'}`);
  const { browse } = pages([record]);
  const shapes: Shape[] = [];
  for (const [path, query] of PATHS(record, words)) shapes.push(shapeOf((await browse('GET', path, { query })).body));
  return shapes;
};

describe('a hostile text in every field', { timeout: MOST_MS }, () => {
  let harmless: Shape[];
  beforeAll(async () => {
    harmless = await shapesOf(HARMLESS);
  });

  it('makes no element, no handler and no address of its own on any page', async () => {
    const wrong: string[] = [];
    for (const { id, text } of ESCAPING_CORPUS) {
      const shapes = await shapesOf(text);
      for (const [at, { names, handlers, addresses }] of shapes.entries()) {
        const known = new Set([...(harmless[at]?.names ?? []), ...ABOUT_TEXTS]);
        const made = [...names].filter((name) => !known.has(name));
        if (made.length + handlers.length + addresses.length > 0)
          wrong.push(`${id} on page ${at}: ${[...made, ...handlers, ...addresses]}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
