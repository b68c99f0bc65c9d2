// What a page can say about a video: never that it is a picture.
import type { VideoObject as SchemaVideoObject, WithContext } from 'schema-dts';
import { describe, expect, it } from 'vitest';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { seoView } from '../../../../functions/core/seo/seo-view.ts';
import { sitemapFile } from '../../../../functions/core/seo/sitemap.ts';
import type { VideoObject } from '../../../../functions/core/seo/video-ld.ts';
import { api } from '../../../support/api.ts';
import { FOUND_KEYS, foundRecords } from '../../../support/found-records.ts';
import { propertiesOf } from '../../../support/schema-org.ts';

const RULES = { genderNeutral: true };
const PLACE = { url: 'https://images.example.com/clip.webm' };
const ALT = 'A dog runs on grass; then two people sit at a table.';

const video = async (changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> => {
  const found = (await foundRecords()).find(({ key }) => key === FOUND_KEYS.video);
  if (found === undefined) throw new Error('there is no video among the records');
  return { ...found, ...changes };
};

/** Type-checked: ours is a VideoObject as schema-dts knows it. */
const asSchema = (ours: VideoObject): WithContext<SchemaVideoObject> => ours;

describe('a video', () => {
  it('is a VideoObject of the vocabulary, with its length', async () => {
    const { jsonLd } = seoView(await video(), PLACE, { usage: 'og' }, RULES);
    if (jsonLd['@type'] !== 'VideoObject') throw new Error('expected a VideoObject');
    expect(asSchema(jsonLd)).toMatchObject({
      contentUrl: PLACE.url,
      encodingFormat: 'video/webm',
      duration: 'PT75S',
      accessibilitySummary: expect.stringContaining('The video has an alternative text'),
    });
    const known = propertiesOf('VideoObject');
    expect(known.size).toBeGreaterThan(100);
    expect(Object.keys(jsonLd).filter((name) => !name.startsWith('@') && !known.has(name))).toEqual([]);
  });

  it('has no length that nobody knows', async () => {
    expect(seoView(await video({ facts: {} }), PLACE, {}, RULES).jsonLd).not.toHaveProperty('duration');
  });

  it('is a player with the words as its name', async () => {
    const { html, markdown } = seoView(await video(), PLACE, {}, RULES);
    expect(html.img).toBe(
      `<video src="${PLACE.url}" controls="" preload="metadata" width="600" height="400" aria-label="${ALT}" lang="en" data-alt-origin="machine"></video>`,
    );
    expect(html.figure).toContain(html.img);
    expect(markdown).toMatch(/^\[A dog runs on grass; then two people sit at a table\\?\.\]\(https:/);
  });

  it('has no name where there are no words', async () => {
    const { html, markdown } = seoView(await video({ texts: {}, facts: {} }), PLACE, {}, RULES);
    expect(html.img).not.toMatch(/aria-label|lang|data-alt-origin/);
    expect(markdown).toMatch(/^\[Video\]/);
  });

  it('is shared as a video', async () => {
    const { openGraph, twitter } = seoView(await video(), PLACE, {}, RULES);
    expect(openGraph).toEqual({
      'og:video': PLACE.url,
      'og:video:secure_url': PLACE.url,
      'og:video:type': 'video/webm',
      'og:video:width': '600',
      'og:video:height': '400',
    });
    expect(twitter).toEqual({});
    expect(seoView(await video(), { url: 'http://a.example/c.webm' }, {}, RULES).openGraph).not.toHaveProperty('og:video:secure_url');
  });

  it('is in no sitemap of images, and not counted as left out', async () => {
    const { lookup } = api(await foundRecords(), { sitePageUrl: 'https://www.example.com/gallery' }).service;
    const xml = await sitemapFile(lookup, { id: 'jwt:ann', scopes: SCOPES }, '', 1);
    expect(xml.match(/<image:loc>/g)).toHaveLength(2);
    expect(xml).not.toMatch(/clip\.webm|left out/);
  });
});
