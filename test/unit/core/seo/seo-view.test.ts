import jsonld from 'jsonld';
import type { ImageObject as SchemaImageObject, WithContext } from 'schema-dts';
import { describe, expect, it } from 'vitest';
import type { CaptionRecord, Product, Text } from '../../../../functions/core/record/record.ts';
import type { ImageObject } from '../../../../functions/core/seo/json-ld.ts';
import { seoView } from '../../../../functions/core/seo/seo-view.ts';
import { fitX, MAX_X_ALT_CHARS } from '../../../../functions/core/seo/share-tags.ts';
import type { VideoObject } from '../../../../functions/core/seo/video-ld.ts';
import { USAGES } from '../../../../functions/core/text/usages.ts';
import { readyRecord } from '../../../support/api.ts';
import { elementsOf } from '../../../support/parsed-html.ts';
import { contextOf, propertiesOf } from '../../../support/schema-org.ts';

const RULES = { genderNeutral: true };
const PLACE = { url: 'https://images.example.com/a.jpg', pageUrl: 'https://www.example.com/cats' };
const human = (text: string): Text => ({ text, lang: 'en', origin: 'human', by: 'ann', at: 1 });

/** Everything that a record can tell search engines. */
const rich = (fields: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  readyRecord('shop/a.jpg', {
    texts: {
      alt: human('A cat on a mat.'),
      caption: human('Our cat Tom on its mat, in 2025.'),
      long: human('A grey cat lies on a red mat. Beside it is a bowl.'),
      title: human('Tom at home'),
    },
    facts: { text: [{ text: 'TOM', lang: 'en' }, { text: 'Do not feed' }] },
    product: { keywords: ['cat'], negativeKeywords: [], from: 'api', at: 1 },
    ...fields,
  });

/** Type-checked: ours is an ImageObject as schema-dts knows it. */
const asSchema = (ours: ImageObject): WithContext<SchemaImageObject> => ours;
const ofPicture = (ours: ImageObject | VideoObject): WithContext<SchemaImageObject> => {
  if (ours['@type'] !== 'ImageObject') throw new Error('expected an ImageObject');
  return asSchema(ours);
};

const REMOTE = 'https://schema.org';
const loadOffline = async (url: string) => {
  if (url.replace(/\/$/, '') !== REMOTE) throw new Error(`nothing is fetched but ${REMOTE}: ${url}`);
  return { document: contextOf('ImageObject'), documentUrl: url };
};

/** What is not in the vocabulary is an error, not left out. */
const STRICT = { safe: true, documentLoader: loadOffline };
const expanded = (ours: object) => jsonld.expand(JSON.parse(JSON.stringify(ours)), STRICT);

describe('JSON-LD', () => {
  it('has every property of the standard that the record knows, and only those', async () => {
    const { jsonLd } = seoView(await rich(), PLACE, { usage: 'product' }, RULES);
    expect(jsonLd).toEqual({
      '@context': 'https://schema.org',
      '@type': 'ImageObject',
      '@id': PLACE.url,
      contentUrl: PLACE.url,
      url: PLACE.pageUrl,
      name: 'Tom at home',
      caption: 'Our cat Tom on its mat, in 2025.',
      description: 'A grey cat lies on a red mat. Beside it is a bowl.',
      keywords: expect.arrayContaining(['cat']),
      embeddedTextCaption: 'TOM\nDo not feed',
      representativeOfPage: true,
      width: '40 px',
      height: '30 px',
      encodingFormat: 'image/jpeg',
      contentSize: '1000 B',
      sha256: 'a'.repeat(64),
      uploadDate: '2026-01-05T09:59:40.000Z',
      inLanguage: 'en',
      accessibilityFeature: ['alternativeText', 'longDescription'],
      accessibilitySummary: 'The picture has an alternative text and a long description, written by a person.',
    });
  });

  it('is an ImageObject by the vocabulary, and expands without loss', async () => {
    const { jsonLd } = seoView(await rich(), PLACE, { usage: 'og' }, RULES);
    const known = propertiesOf('ImageObject');
    expect(known.size).toBeGreaterThan(100);
    expect(Object.keys(jsonLd).filter((name) => !name.startsWith('@') && !known.has(name))).toEqual([]);
    const [node, ...more] = await expanded(ofPicture(jsonLd));
    expect(more).toEqual([]);
    expect(node).toMatchObject({
      '@id': PLACE.url,
      '@type': ['https://schema.org/ImageObject'],
      'https://schema.org/contentUrl': [{ '@id': PLACE.url }],
      'https://schema.org/url': [{ '@id': PLACE.pageUrl }],
      'https://schema.org/caption': [{ '@value': 'Our cat Tom on its mat, in 2025.' }],
    });
    expect(Object.keys(node ?? {})).toHaveLength(Object.keys(jsonLd).length - 1);
    await expect(expanded({ ...jsonLd, alt: 'x' })).rejects.toThrow();
  });

  it('never claims a licence, a creator or a thumbnail, as nobody has told one', async () => {
    const { jsonLd } = seoView(await rich(), PLACE, {}, RULES);
    for (const name of ['license', 'acquireLicensePage', 'creator', 'creditText', 'copyrightNotice', 'thumbnail', 'alt']) {
      expect(jsonLd).not.toHaveProperty(name);
    }
    expect(jsonLd).not.toHaveProperty('representativeOfPage');
  });

  it.each([
    ['machine', 'The picture has an alternative text, written by a machine and not reviewed by a person (m2@1.0.0).'],
    ['embedded', 'The picture has an alternative text, taken from the metadata of the file.'],
    ['reviewed', 'The picture has an alternative text, written by a machine and accepted by a person.'],
    ['human', 'The picture has an alternative text, written by a person.'],
  ] as const)('says who wrote the text: %s', async (origin, summary) => {
    const texts = { alt: { ...human('A cat on a mat.'), origin, ...(origin === 'machine' && { model: 'm2@1.0.0', confidence: 0.99 }) } };
    const { facts: _, machine: _m, ...record } = await rich({ texts });
    const { accessibilitySummary = '' } = seoView(record, PLACE, {}, RULES).jsonLd;
    expect(accessibilitySummary.replace(' and a long description', '')).toBe(summary);
  });

  it("says when the words are the shop's", async () => {
    const { facts: _, machine: _m, ...record } = await rich({ texts: {} });
    const product: Product = { name: 'Red shoe', brand: 'Acme', keywords: [], negativeKeywords: [], from: 'api', at: 1 };
    const { jsonLd } = seoView({ ...record, product }, PLACE, {}, RULES);
    expect(jsonLd.accessibilitySummary).toContain("taken from the shop's data");
  });

  it('claims no text in the picture that was hardly read, or that the shop does not want said', async () => {
    const facts = {
      text: [
        { text: 'SALE', confidence: 0.99 },
        { text: 'qx7 lll', confidence: 0.05 },
        { text: 'Rival & Co', confidence: 0.99 },
      ],
    };
    const product: Product = { keywords: [], negativeKeywords: ['rival'], from: 'api', at: 1 };
    expect(seoView(await rich({ facts, product }), PLACE, {}, RULES).jsonLd.embeddedTextCaption).toBe('SALE');
    const hardly = { text: [{ text: 'qx7 lll', confidence: 0.05 }] };
    expect(seoView(await rich({ facts: hardly }), PLACE, {}, RULES).jsonLd).not.toHaveProperty('embeddedTextCaption');
  });

  it('has words of one language, and names that one', async () => {
    const german = { alt: { ...human('Eine Katze auf einer Matte.'), lang: 'de' } };
    const record = await rich({ translations: { de: german } });
    const { jsonLd, html } = seoView(record, PLACE, { lang: 'de-AT' }, RULES);
    expect(jsonLd).toMatchObject({ inLanguage: 'de', description: german.alt.text });
    // the title and the long description are in English
    expect(jsonLd).not.toHaveProperty('name');
    expect(JSON.stringify(jsonLd)).not.toContain('grey cat');
    expect(html.img).toContain('alt="Eine Katze auf einer Matte." lang="de"');
    const { texts, machine: _, facts: _f, ...others } = record;
    const longOnly = { ...others, texts: { long: { ...human('Une longue description.'), lang: 'fr' }, title: texts.title ?? human('') } };
    expect(seoView(longOnly, PLACE, {}, RULES).jsonLd).toMatchObject({ inLanguage: 'fr', description: 'Une longue description.' });
    expect(seoView(longOnly, PLACE, {}, RULES).jsonLd).not.toHaveProperty('name');
  });

  it('of a picture that nobody has described says so, and of one without facts leaves them out', async () => {
    const { picture: _, facts: _f, product: _p, machine: _m, ...bare } = await rich({ texts: {}, state: 'PENDING' });
    const { jsonLd, html, openGraph, twitter, markdown } = seoView(bare, { url: 'http://example.com/a.jpg' }, {}, RULES);
    expect(jsonLd).toEqual({
      '@context': 'https://schema.org',
      '@type': 'ImageObject',
      '@id': 'http://example.com/a.jpg',
      contentUrl: 'http://example.com/a.jpg',
      url: 'http://example.com/a.jpg',
      uploadDate: '2026-01-05T09:59:40.000Z',
      accessibilitySummary: 'Nobody has described the picture yet.',
    });
    // no alt is not the same as an empty one
    expect(html.img).toBe('<img src="http://example.com/a.jpg" loading="lazy">');
    expect(html.figure).toBe(`<figure>${html.img}</figure>`);
    expect(openGraph).toEqual({ 'og:image': 'http://example.com/a.jpg' });
    expect(twitter).toEqual({ 'twitter:image': 'http://example.com/a.jpg' });
    expect(markdown).toBe('![](http://example.com/a.jpg)');
  });
});

describe('tags for sharing', () => {
  it('are those of Open Graph and X, read back by a parser', async () => {
    const { html, openGraph, twitter } = seoView(await rich(), PLACE, {}, RULES);
    expect(openGraph).toEqual({
      'og:image': PLACE.url,
      'og:image:secure_url': PLACE.url,
      'og:image:type': 'image/jpeg',
      'og:image:width': '40',
      'og:image:height': '30',
      'og:image:alt': 'A cat on a mat.',
    });
    expect(twitter).toEqual({ 'twitter:image': PLACE.url, 'twitter:image:alt': 'A cat on a mat.' });
    const metas = elementsOf(html.meta).map(({ attributes: { property, name, content } }) => [property ?? name, content]);
    expect(Object.fromEntries(metas)).toEqual({ ...openGraph, ...twitter });
  });

  it('keep to the 420 characters of X at a word, with an ellipsis', async () => {
    const texts = { alt: human(`${'words and more '.repeat(60)}end.`) };
    const { twitter, openGraph } = seoView(await rich({ texts }), PLACE, {}, RULES);
    const alt = twitter['twitter:image:alt'] ?? '';
    expect(alt.length).toBeLessThanOrEqual(MAX_X_ALT_CHARS);
    expect(alt).toMatch(/(words|and|more)\u2026$/);
    expect(openGraph['og:image:alt']).toBe(texts.alt.text);
    expect(fitX('\u{1f408}'.repeat(300))).toBe(`${'\u{1f408}'.repeat(209)}\u2026`);
    expect(fitX('x'.repeat(MAX_X_ALT_CHARS))).toHaveLength(MAX_X_ALT_CHARS);
    // a language without spaces, after one
    const japanese = fitX(`Tokyo ${'\u6771\u4eac\u306e\u591c\u666f\u3002'.repeat(100)}`);
    expect(japanese.length).toBeGreaterThan(MAX_X_ALT_CHARS - 10);
    expect(japanese.length).toBeLessThanOrEqual(MAX_X_ALT_CHARS);
    // no half of a word at the very end, and no lost one
    expect(fitX(`${'x'.repeat(415)} two three`)).toBe(`${'x'.repeat(415)} two\u2026`);
    expect(fitX(`${'x'.repeat(415)} four five`)).toBe(`${'x'.repeat(415)}\u2026`);
  });
});

describe('HTML and Markdown', () => {
  it('have size, laziness, language and origin', async () => {
    const { html, markdown, fileName } = seoView(await rich(), PLACE, {}, RULES);
    expect(html.img).toBe(
      `<img src="${PLACE.url}" alt="A cat on a mat." lang="en" width="40" height="30" loading="lazy" data-alt-origin="human">`,
    );
    expect(html.figure).toBe(`<figure>${html.img}<figcaption lang="en">Our cat Tom on its mat, in 2025.</figcaption></figure>`);
    expect(markdown).toBe(`![A cat on a mat.](${PLACE.url})`);
    expect(fileName).toMatch(/^[a-z0-9-]+\.jpg$/);
  });

  it('do not say the same twice', async () => {
    const alt = human('A cat on a mat.');
    const texts = { alt, caption: alt, title: human('Tom') };
    expect(seoView(await rich({ texts }), PLACE, {}, RULES).html.figure).toContain('<figcaption lang="en">Tom</figcaption>');
    const same = { alt, caption: alt, title: human('A cat, on a mat') };
    expect(seoView(await rich({ texts: same }), PLACE, {}, RULES).html.figure).not.toContain('figcaption');
  });

  it('leave out a language that is none', async () => {
    const texts = { alt: { ...human('A cat.'), lang: 'x" onload="y' }, caption: { ...human('Tom'), lang: '' } };
    const { html } = seoView(await rich({ texts }), PLACE, {}, RULES);
    expect(html.figure).not.toContain('lang');
  });

  it('follow the use on the page, and the rest does not', async () => {
    const use = { usage: 'link', href: 'https://www.example.com/cart', context: 'Shopping cart', disclose: 'lead', lang: 'en' } as const;
    const { html, openGraph } = seoView(await rich(), PLACE, use, RULES);
    expect(elementsOf(html.img)[0]?.attributes.alt).not.toBe('A cat on a mat.');
    expect(openGraph['og:image:alt']).toBe('A cat on a mat.');
  });
});

describe('a decorative picture', () => {
  it.each([
    ['by its use', {}, 'decorative', ''],
    ['by the word of a person', { texts: { alt: human('') } }, 'informative', ''],
    ['by the word of a person, with a caption for cards', { texts: { alt: human(''), caption: human('Tom') } }, 'informative', 'Tom'],
  ] as const)('%s has no words on the page', async (_, fields, usage, shared) => {
    const { html, openGraph, twitter, markdown, jsonLd } = seoView(await rich(fields), PLACE, { usage }, RULES);
    expect(elementsOf(html.img)[0]?.attributes.alt).toBe('');
    expect(html.img).not.toContain('lang=');
    expect(html.figure).toBe(`<figure>${html.img}</figure>`);
    expect([openGraph['og:image:alt'], twitter['twitter:image:alt']]).toEqual([shared, shared]);
    expect(markdown).toBe(`![](${PLACE.url})`);
    for (const name of ['name', 'caption', 'description', 'keywords', 'embeddedTextCaption', 'accessibilityFeature']) {
      expect(jsonLd).not.toHaveProperty(name);
    }
    expect(jsonLd.accessibilitySummary).toBe('Decorative: the picture is to be passed over.');
  });
});

it.each(['og', 'x'] as const)("asked for a card (%s), a person's decision that it is decorative holds on the page", async (usage) => {
  const { html, openGraph, markdown } = seoView(await rich({ texts: { alt: human(''), caption: human('Tom') } }), PLACE, { usage }, RULES);
  expect(elementsOf(html.img)[0]?.attributes.alt).toBe('');
  expect(html.figure).not.toContain('Tom');
  expect(markdown).toBe(`![](${PLACE.url})`);
  expect(openGraph['og:image:alt']).toBe('Tom');
});

it('every use gives a bundle', async () => {
  const record = await rich();
  for (const usage of USAGES) expect(seoView(record, PLACE, { usage }, RULES).html.img).toContain(PLACE.url);
});
