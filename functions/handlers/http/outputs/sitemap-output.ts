// GET /v1/sitemap-images.xml: the index of all files, or one file.
import { invalidField } from '../../../core/lookup/request-error.ts';
import { requireHttp } from '../../../core/seo/place.ts';
import { sitemapFile, sitemapIndex } from '../../../core/seo/sitemap.ts';
import type { ApiContext, ApiService } from '../api-env.ts';
import { readQuery } from '../read-request.ts';
import { answerContent, TYPES } from './content.ts';
import { sitemapQuery } from './output-queries.ts';

/** How long crawlers and proxies may keep a sitemap, in seconds. */
const SITEMAP_MAX_AGE_S = 3_600;

const HOST = /^[a-z0-9.-]+(:\d{1,5})?$/i;

/** The address of this route as the caller has written it. */
const ownAddress = (c: ApiContext): string => {
  const host = c.req.header('host') ?? '';
  if (!HOST.test(host)) throw invalidField('at', 'give the address at which crawlers find the index');
  const scheme = c.req.header('x-forwarded-proto') === 'http' ? 'http' : 'https';
  return requireHttp('at', `${scheme}://${host}${c.req.path}`);
};

/** GET /v1/sitemap-images.xml. */
export const answerSitemap = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { prefix = '', page, at } = readQuery(c, sitemapQuery);
  const principal = c.get('principal');
  const xml =
    page === undefined
      ? await sitemapIndex(lookup, principal, prefix, at === undefined ? ownAddress(c) : requireHttp('at', at))
      : await sitemapFile(lookup, principal, prefix, page);
  return answerContent(c, xml, TYPES.xml, SITEMAP_MAX_AGE_S);
};
