// Sitemaps as XML: https://www.sitemaps.org/protocol.html with Google's image extension 1.1. Of the extension only image:image and image:loc:
// image:caption, image:title, image:geo_location and image:license have had no effect since August 2022.
import { escapeXml } from './escape.ts';

/** Limits of the protocol: images of one `<url>`, entries of one file, and bytes of one file. */
export const SITEMAP_LIMITS = { images: 1_000, entries: 50_000, bytes: 52_428_800 } as const;

/** A picture on a page, both as absolute http addresses. */
export type PictureOnPage = { page: string; image: string };

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const IMAGES = 'http://www.google.com/schemas/sitemap-image/1.1';

/** Remarks are ours; two hyphens would end a comment. */
const comments = (remarks: readonly string[]): string[] =>
  remarks.map((remark) => `<!-- ${escapeXml(remark).replace(/-(?=-)/g, '- ')} -->`);

const urlXml = (page: string, images: readonly string[]): string =>
  [
    '<url>',
    `<loc>${escapeXml(page)}</loc>`,
    ...images.map((image) => `<image:image><image:loc>${escapeXml(image)}</image:loc></image:image>`),
    '</url>',
  ].join('');

/** A sitemap of at most 1,000 pictures: one `<url>` for each page, with the pictures that it shows, each once. */
export const sitemapXml = (pictures: readonly PictureOnPage[], remarks: readonly string[]): string => {
  const pages = Map.groupBy(pictures, ({ page }) => page);
  const urls = [...pages].map(([page, shown]) => urlXml(page, [...new Set(shown.map(({ image }) => image))]));
  const open = `<urlset xmlns="${SITEMAP}" xmlns:image="${IMAGES}">`;
  return `${[DECLARATION, ...comments(remarks), open, ...urls, '</urlset>'].join('\n')}\n`;
};

/** A list of sitemaps by their absolute addresses, at most 50,000. */
export const sitemapIndexXml = (addresses: readonly string[], remarks: readonly string[]): string => {
  const maps = addresses.map((address) => `<sitemap><loc>${escapeXml(address)}</loc></sitemap>`);
  return `${[DECLARATION, ...comments(remarks), `<sitemapindex xmlns="${SITEMAP}">`, ...maps, '</sitemapindex>'].join('\n')}\n`;
};
