// Every text of the escaping corpus, in every field that people and pictures can fill, through every output of an image: each is read by a real
// parser of its format, which must find the text (or what `plainText` says of it) and nothing that the text has brought along.
import { Parser } from 'commonmark';
import { describe, expect, it } from 'vitest';
import { oneLine, plainText } from '../../functions/core/seo/escape.ts';
import { MAX_X_ALT_CHARS } from '../../functions/core/seo/share-tags.ts';
import { azureView } from '../../functions/core/views/azure-view.ts';
import { ESCAPING_CORPUS } from '../support/escaping-corpus.ts';
import { failing, inQuery, machinesWorlds, peoplesWorlds, URL_GIVEN, type World } from '../support/hostile-worlds.ts';
import { documentElements, elementsOf, type ParsedElement } from '../support/parsed-html.ts';

const worlds = await peoplesWorlds();
const machineWorlds = await machinesWorlds();

const HEADER = /^[\x20-\x7e]*$/;

const seoOf = async ({ record, ask }: World, query: Record<string, string> = {}) => {
  const { statusCode, body, headers } = await ask('GET', `/v1/images/${record.id}/seo`, { query: inQuery({ url: URL_GIVEN, ...query }) });
  expect(statusCode).toBe(200);
  for (const value of Object.values(headers)) expect(value).toMatch(HEADER);
  return JSON.parse(body);
};

const altOf = async ({ record, ask }: World, query: Record<string, string> = {}): Promise<string | null> =>
  JSON.parse((await ask('GET', `/v1/images/${record.id}/alt`, { query: inQuery(query) })).body).alt;

/** Names of attributes that an `<img>` of ours may have. */
const IMG = ['alt', 'data-alt-origin', 'height', 'lang', 'loading', 'src', 'width'];

const isImg = ({ name, attributes }: ParsedElement, alt: string | null): void => {
  expect(name).toBe('img');
  expect(attributes.alt ?? null).toBe(alt === null ? null : plainText(alt));
  expect(Object.keys(attributes).filter((attribute) => !IMG.includes(attribute))).toEqual([]);
  expect(attributes).toMatchObject({ src: URL_GIVEN, width: '40', height: '30', loading: 'lazy' });
};

it('the corpus has 200 texts or more, with an id each', () => {
  expect(ESCAPING_CORPUS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(ESCAPING_CORPUS.map(({ id }) => id)).size).toBe(ESCAPING_CORPUS.length);
});

describe.each([
  ['written by a person', worlds],
  ['written by a machine', machineWorlds],
])('a hostile text %s', (name, some) => {
  const isPersons = name.endsWith('person');

  it('is the value in the JSON of alt, and as plain text', async () => {
    expect(
      await failing(some, async (world) => {
        const { record, ask, entry } = world;
        const alt = await altOf(world);
        if (isPersons && entry.text.trim() !== '') expect(alt).toBe(entry.text);
        const text = await ask('GET', `/v1/images/${record.id}/alt`, { headers: { accept: 'text/plain' } });
        for (const value of Object.values(text.headers)) expect(value).toMatch(HEADER);
        if (alt === null) expect(text.statusCode).toBe(404);
        else expect([text.statusCode, text.body]).toEqual([200, plainText(alt)]);
        if (alt !== null)
          expect(text.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
      }),
    ).toEqual([]);
  });

  it('is an attribute of one img, and the text of one figcaption', async () => {
    expect(
      await failing(some, async (world) => {
        const [alt, { html }] = [await altOf(world), await seoOf(world)];
        const [img, ...nothing] = elementsOf(html.img);
        expect(nothing).toEqual([]);
        if (img === undefined) throw new Error('no img');
        isImg(img, alt);
        const [figure, inside, caption, ...more] = elementsOf(html.figure);
        expect([figure?.name, inside?.name, more]).toEqual(['figure', 'img', []]);
        if (caption === undefined) return;
        expect(caption.name).toBe('figcaption');
        expect(Object.keys(caption.attributes).filter((attribute) => attribute !== 'lang')).toEqual([]);
        if (isPersons) expect(caption.text).toBe(plainText(`caption: ${world.entry.text}`));
      }),
    ).toEqual([]);
  });

  it('is the content of meta elements, for Open Graph and X', async () => {
    expect(
      await failing(some, async (world) => {
        const { html, openGraph, twitter } = await seoOf(world);
        const metas = elementsOf(html.meta);
        const found = Object.fromEntries(
          metas.map(({ name, attributes: { property, name: key, content } }) => [`${name} ${property ?? key}`, content]),
        );
        const tags = { ...openGraph, ...twitter };
        expect(found).toEqual(Object.fromEntries(Object.entries(tags).map(([key, value]) => [`meta ${key}`, value])));
        for (const { attributes } of metas) expect(Object.keys(attributes)).toHaveLength(2);
        expect((twitter['twitter:image:alt'] ?? '').length).toBeLessThanOrEqual(MAX_X_ALT_CHARS);
        const { text } = world.entry;
        if (isPersons && text.trim() !== '') expect(openGraph['og:image:alt']).toBe(oneLine(text));
        if (isPersons && text.trim() !== '' && oneLine(text).length <= MAX_X_ALT_CHARS)
          expect(twitter['twitter:image:alt']).toBe(oneLine(text));
      }),
    ).toEqual([]);
  });

  it('is a value of JSON-LD inside of one script', async () => {
    expect(
      await failing(some, async (world) => {
        const { html, jsonLd } = await seoOf(world, { usage: 'product' });
        const [script, ...more] = elementsOf(html.script);
        expect([script?.name, script?.attributes, more]).toEqual(['script', { type: 'application/ld+json' }, []]);
        expect(html.script).not.toMatch(/[\u2028\u2029]|<!--|<\/script>./i);
        expect(JSON.parse(script?.text ?? '')).toEqual(jsonLd);
        expect(Object.keys(jsonLd).filter((property) => property.startsWith('@'))).toEqual(['@context', '@type', '@id']);
        if (isPersons && world.entry.text !== '')
          expect(jsonLd).toMatchObject({ caption: `caption: ${world.entry.text}`, '@type': 'ImageObject' });
      }),
    ).toEqual([]);
  });

  it('makes no more of a whole page than the page has', async () => {
    const names = ['html', 'head', 'meta', 'script', 'body', 'figure', 'img', 'figcaption'];
    expect(
      await failing(some, async (world) => {
        const { html } = await seoOf(world);
        const all = documentElements(`<!DOCTYPE html><html><head>${html.meta}${html.script}</head><body>${html.figure}</body></html>`);
        expect(all.map(({ name: element }) => element).filter((element) => !names.includes(element))).toEqual([]);
        for (const once of ['script', 'figure', 'img']) expect(all.filter(({ name: element }) => element === once)).toHaveLength(1);
        expect(all.flatMap(({ attributes }) => Object.keys(attributes)).filter((attribute) => attribute.startsWith('on'))).toEqual([]);
      }),
    ).toEqual([]);
  });

  it('is the description of one picture in Markdown', async () => {
    expect(
      await failing(some, async (world) => {
        const [alt, { markdown }] = [await altOf(world), await seoOf(world)];
        const nodes: [type: string, destination: string | null, literal: string | null][] = [];
        const walker = new Parser().parse(markdown).walker();
        for (let event = walker.next(); event !== null; event = walker.next()) {
          if (event.entering) nodes.push([event.node.type, event.node.destination, event.node.literal]);
        }
        const [document, paragraph, image, ...texts] = nodes;
        expect([document?.[0], paragraph?.[0], image?.[0], image?.[1]]).toEqual(['document', 'paragraph', 'image', URL_GIVEN]);
        expect(texts.filter(([type]) => type !== 'text')).toEqual([]);
        expect(texts.map(([, , literal]) => literal).join('')).toBe(oneLine(alt ?? ''));
      }),
    ).toEqual([]);
  });

  it('is a value of the Azure response', async () => {
    expect(
      await failing(some, async ({ record, ask, entry: { text } }) => {
        const azure = JSON.parse((await ask('GET', `/v1/images/${record.id}`, { query: 'view=azure' })).body);
        expect(azure.readResult.blocks[0].lines[0].text).toBe(text);
        // the shop does not want these words said
        if (/[\p{L}\p{N}]/u.test(text)) expect(azure.objectsResult.values).toEqual([]);
        const { product: _, ...others } = record;
        const tags = JSON.parse(JSON.stringify(azureView(others, { genderNeutral: false }).objectsResult.values[0]?.tags));
        expect(tags).toEqual([{ name: text, confidence: 0.9 }]);
        expect(azure.modelVersion).toBe(text);
        if (isPersons && text.trim() !== '') expect(azure.captionResult.text).toBe(`caption: ${text}`);
      }),
    ).toEqual([]);
  });

  it('is a value of the IIIF annotation', async () => {
    expect(
      await failing(some, async ({ record, ask, entry: { text } }) => {
        const answer = await ask('GET', `/v1/images/${record.id}`, { query: inQuery({ view: 'iiif', url: URL_GIVEN }) });
        expect(answer.statusCode).toBe(200);
        const iiif = JSON.parse(answer.body);
        for (const { type, target, body } of iiif.items) {
          expect([type, target, body.type]).toEqual(['Annotation', URL_GIVEN, 'TextualBody']);
          expect(body.language ?? 'none').toMatch(/^[A-Za-z0-9-]{1,35}$/);
        }
        if (isPersons && text.trim() !== '') expect(iiif.items[0].body.value).toBe(text);
      }),
    ).toEqual([]);
  });

  it('is a value of the look-up', async () => {
    expect(
      await failing(some, async (world) => {
        const { record, ask } = world;
        const { statusCode, body } = await ask('POST', '/v1/lookup', { body: { keys: [record.key], usage: 'informative' } });
        expect(statusCode).toBe(200);
        const [{ key, image, alt }] = JSON.parse(body).results;
        expect([key, image.key, alt.alt]).toEqual([record.key, record.key, await altOf(world)]);
        expect(image.texts.alt.text).toBe(world.entry.text);
      }),
    ).toEqual([]);
  });
});
