// The escaping corpus as keys, pages and parameters: they become addresses and texts, or are refused by name.
import { Readable } from 'node:stream';
import { parseSitemap } from 'sitemap';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../functions/core/seo/escape.ts';
import { httpUrl, imageUrl, withoutFragment } from '../../functions/core/seo/image-url.ts';
import { reportHtml } from '../../functions/handlers/http/outputs/report-html.ts';
import { api, readyRecord } from '../support/api.ts';
import { BASE, failing, inQuery, PAGE, peoplesWorlds, worldOf } from '../support/hostile-worlds.ts';
import { documentElements, elementsOf } from '../support/parsed-html.ts';

const worlds = await peoplesWorlds();
const HEADER = /^[\x20-\x7e]*$/;

describe('a hostile key and page', () => {
  it('are addresses in the sitemap, or left out', async () => {
    expect(
      await failing(worlds, async ({ record, ask, entry }) => {
        const { statusCode, body } = await ask('GET', '/v1/sitemap-images.xml', { query: 'page=1' });
        expect(statusCode).toBe(200);
        const [item, ...more] = await parseSitemap(Readable.from([body]));
        expect(more).toEqual([]);
        const image = imageUrl(record, BASE);
        expect(item?.img.map(({ url }) => url) ?? []).toEqual(image === undefined ? [] : [image]);
        if (image === undefined) return;
        expect(item?.url).toBe(withoutFragment(httpUrl(entry.text) ?? PAGE));
        expect(decodeURIComponent(new URL(image).pathname.slice(1))).toBe(record.key);
        expect(
          body.match(/<[a-z?!/][^\s>]*/g)?.filter((tag) => !/^<(\?xml|!--|\/?(urlset|url|loc|image:image|image:loc))$/.test(tag)),
        ).toEqual([]);
      }),
    ).toEqual([]);
  });

  it('are addresses in the bundle, or a refusal that says what to do', async () => {
    expect(
      await failing(worlds, async ({ record, ask }) => {
        const { statusCode, body } = await ask('GET', `/v1/images/${record.id}/seo`);
        if (imageUrl(record, BASE) === undefined) {
          expect([statusCode, JSON.parse(body).errors[0].field]).toEqual([400, 'url']);
          return;
        }
        const { jsonLd, html } = JSON.parse(body);
        for (const address of [jsonLd['@id'], jsonLd.url, elementsOf(html.img)[0]?.attributes.src]) expect(httpUrl(address)).toBe(address);
      }),
    ).toEqual([]);
  });

  it('are text in the report', async () => {
    const usual = documentElements(
      (await api([await readyRecord('in/x/a.jpg')]).ask('GET', '/v1/report', { query: 'format=html&prefix=in/' })).body,
    );
    expect(
      await failing(worlds, async ({ entry }) => {
        const folder = `in/${entry.text.toWellFormed().replaceAll('/', '|').slice(0, 200)}/`;
        const record = await readyRecord(`${folder}a.jpg`);
        const { statusCode, body, headers } = await api([record]).ask('GET', '/v1/report', {
          query: 'prefix=in/',
          headers: { accept: 'text/html' },
        });
        expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
        const found = documentElements(body);
        expect(found.map(({ name }) => name)).toEqual(usual.map(({ name }) => name));
        expect(found.map(({ attributes }) => Object.keys(attributes))).toEqual(usual.map(({ attributes }) => Object.keys(attributes)));
        const link = found.find(({ name }) => name === 'a');
        expect(link?.text).toBe(plainText(folder));
        expect(new URLSearchParams(link?.attributes.href).get('prefix')).toBe(folder);
        const nested = documentElements(
          await reportHtml(JSON.parse((await api([record]).ask('GET', '/v1/report', { query: inQuery({ prefix: folder }) })).body)),
        );
        expect(nested.find(({ name }) => name === 'title')?.text).toBe(`Alternative texts below ${plainText(folder)}`);
      }),
    ).toEqual([]);
  });
});

describe('a hostile parameter', () => {
  const PARAMETERS = [
    ['/alt', ['usage', 'max', 'lang', 'disclose', 'href', 'context', 'format']],
    ['/seo', ['url', 'page', 'context', 'href', 'lang']],
    ['?view=iiif', ['url', 'canvas']],
    ['?view=azure', ['lang']],
    ['?', ['view']],
    ['/v1/sitemap-images.xml', ['prefix', 'page', 'at']],
    ['/v1/report', ['prefix', 'cursor', 'format']],
  ] as const;
  const MAX_CHARS = 2100;

  it.each(PARAMETERS)('of %s is refused by name, or becomes the value that it is', async (place, parameters) => {
    const { record, ask } = await worldOf({ id: 'usual', kind: 'usual', text: 'A cat.' });
    const [path = '', own = ''] = (place.startsWith('/v1') ? place : `/v1/images/${record.id}${place}`).split('?');
    expect(
      await failing(worlds, async ({ entry: { text } }) => {
        for (const parameter of parameters) {
          const query = `${own}&${inQuery({ [parameter]: text.slice(0, MAX_CHARS) })}`;
          const { statusCode, headers, body } = await ask('GET', path, { query });
          for (const value of Object.values(headers)) expect(value).toMatch(HEADER);
          if (statusCode === 200) continue;
          expect([400, 404]).toContain(statusCode);
          expect([headers['content-type'], JSON.parse(body).status]).toEqual(['application/problem+json', statusCode]);
        }
      }),
    ).toEqual([]);
  });

  it('is the function of a link in the words of the caller', async () => {
    expect(
      await failing(
        worlds.filter(({ entry: { text } }) => text.length <= 2000 && text.isWellFormed() && text.trim() !== ''),
        async (world) => {
          const { ask, record, entry } = world;
          const use = { usage: 'link', context: entry.text, href: 'https://example.com/' };
          const { alt } = JSON.parse((await ask('GET', `/v1/images/${record.id}/alt`, { query: inQuery(use) })).body);
          const { html } = JSON.parse((await ask('GET', `/v1/images/${record.id}/seo`, { query: inQuery({ ...use, url: BASE }) })).body);
          const [img] = elementsOf(html.img);
          expect(img?.attributes.alt ?? null).toBe(alt === null ? null : plainText(alt));
        },
      ),
    ).toEqual([]);
  });
});
