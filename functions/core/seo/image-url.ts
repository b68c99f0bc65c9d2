// Public addresses of pictures and pages: only http and https, without credentials, in the form that URL.href writes.
import type { CaptionRecord } from '../record/record.ts';
import { escapeXml } from './escape.ts';

/** Most characters of an address, escaped for XML: sitemaps.org asks for fewer than 2,048. */
export const MAX_URL_CHARS = 2_047;

const HTTP = /^https?:\/\/[^\p{Cc}]+$/iu;

/** A public http or https address as URL.href writes it; undefined for everything else, also for one with a user name or password. */
export const httpUrl = (text: string): string | undefined => {
  if (text.length > MAX_URL_CHARS || !HTTP.test(text) || !URL.canParse(text)) return undefined;
  const { href, username, password } = new URL(text);
  return username === '' && password === '' && escapeXml(href).length <= MAX_URL_CHARS ? href : undefined;
};

/** The address without what names a place in it: of pages that a sitemap lists, and of ids that get a fragment of their own. */
export const withoutFragment = (url: string): string => url.replace(/#.*$/s, '');

/** Marks that encodeURIComponent leaves and that have a meaning in some place. */
const encoded = (segment: string): string =>
  encodeURIComponent(segment.toWellFormed()).replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Whether an address can have the segment: those of dots are taken away by everybody who reads one. */
const isSegment = (segment: string): boolean => segment !== '.' && segment !== '..';

/**
 * The public address of a record's picture: `given`, or `imageBaseUrl` and the key, percent-encoded.
 * @returns undefined when there is neither, or when no http address can name it
 */
export const imageUrl = ({ key }: Pick<CaptionRecord, 'key'>, imageBaseUrl: string, given?: string): string | undefined => {
  if (given !== undefined) return httpUrl(given);
  const segments = key.split('/');
  return imageBaseUrl !== '' && segments.every(isSegment) ? httpUrl(`${imageBaseUrl}${segments.map(encoded).join('/')}`) : undefined;
};

/** The public address of the page that shows a picture: `given`, the product's own, or the site's; undefined when there is none. */
export const pageUrl = ({ product }: Pick<CaptionRecord, 'product'>, sitePageUrl: string, given?: string): string | undefined => {
  if (given !== undefined) return httpUrl(given);
  return httpUrl(product?.pageUrl ?? '') ?? httpUrl(sitePageUrl);
};
