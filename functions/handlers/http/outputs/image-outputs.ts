// What one image gives a page: its alternative text for a use, the bundle for search and sharing, and other forms of its record.
import { findImage, findMany } from '../../../core/lookup/lookup-images.ts';
import { RequestError } from '../../../core/lookup/request-error.ts';
import type { CaptionRecord } from '../../../core/record/record.ts';
import { taggedView } from '../../../core/record/record-view.ts';
import { plainText } from '../../../core/seo/escape.ts';
import { languageTag } from '../../../core/seo/image-html.ts';
import { placeOf, requireHttp } from '../../../core/seo/place.ts';
import { seoView } from '../../../core/seo/seo-view.ts';
import { type AltAnswer, altFor } from '../../../core/text/alt-for.ts';
import type { AltUse } from '../../../core/text/usages.ts';
import { azureView } from '../../../core/views/azure-view.ts';
import { IIIF_TYPE, iiifView } from '../../../core/views/iiif-view.ts';
import type { ApiContext, ApiService } from '../api-env.ts';
import { answerCached, answerCachedText } from '../cached.ts';
import { readBody, readQuery } from '../read-request.ts';
import { TYPES, wantedType } from './content.ts';
import { altQuery, imageQuery, lookupWithUseBody, seoQuery } from './output-queries.ts';

const recordOf = (c: ApiContext, { lookup }: ApiService): Promise<CaptionRecord> =>
  findImage(lookup, c.get('principal'), c.req.param('id') ?? '');

/** What is there of a use; parameters that are left out are left out here, too. */
export const useOf = ({ usage, max, lang, disclose, href, context }: { [K in keyof AltUse]?: AltUse[K] | undefined }): AltUse => ({
  ...(usage !== undefined && { usage }),
  ...(max !== undefined && { max }),
  ...(lang !== undefined && { lang }),
  ...(disclose !== undefined && { disclose }),
  ...(href !== undefined && { href }),
  ...(context !== undefined && { context }),
});

/** The alternative text alone; a client that wants words and gets none is told what people can do. */
const answerAltText = (c: ApiContext, record: CaptionRecord, { alt, lang, next, because }: AltAnswer): Response => {
  if (alt === null) throw new RequestError('NOTHING_TO_SAY', next ?? because);
  const language = languageTag(lang);
  if (alt !== '' && language !== undefined) c.header('Content-Language', language);
  return answerCachedText(c, record, plainText(alt), TYPES.text);
};

/** GET /v1/images/{id}/alt. */
export const answerAlt = async (c: ApiContext, service: ApiService): Promise<Response> => {
  const { format, ...use } = readQuery(c, altQuery);
  const record = await recordOf(c, service);
  const answer = altFor(record, useOf(use), service.lookup.settings);
  if (wantedType(c, 'text', format) === 'text') return answerAltText(c, record, answer);
  const { id, state, machine } = record;
  return answerCached(c, record, { id, state, ...answer, ...(machine?.abstained !== undefined && { abstained: machine.abstained }) });
};

/** GET /v1/images/{id}/seo. */
export const answerSeo = async (c: ApiContext, service: ApiService): Promise<Response> => {
  const { url, page, ...use } = readQuery(c, seoQuery);
  const record = await recordOf(c, service);
  const { settings } = service.lookup;
  const place = placeOf(record, settings, { ...(url !== undefined && { url }), ...(page !== undefined && { page }) });
  return answerCached(c, record, seoView(record, place, useOf(use), settings));
};

/** GET /v1/images/{id}: the record, or another form of it. */
export const answerImage = async (c: ApiContext, service: ApiService): Promise<Response> => {
  const { view, lang, url, canvas } = readQuery(c, imageQuery);
  const record = await recordOf(c, service);
  const { settings } = service.lookup;
  if (view === undefined) return answerCached(c, record, taggedView(record, settings));
  if (view === 'azure') return answerCached(c, record, azureView(record, settings, lang));
  const place = placeOf(record, settings, url === undefined ? {} : { url });
  const target = canvas === undefined ? place.url : requireHttp('canvas', canvas);
  return answerCachedText(c, record, JSON.stringify(iiifView(record, place.url, settings, target)), IIIF_TYPE);
};

/** POST /v1/lookup: records, and with a use their alternative texts for it. */
export const answerLookup = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { keys, bucket = lookup.settings.bucket, ...given } = await readBody(c, lookupWithUseBody);
  const records = await findMany(lookup, c.get('principal'), bucket, keys);
  const use = useOf(given);
  const answers = Object.keys(use).length > 0;
  const results = keys.map((key, at) => {
    const record = records[at];
    const image = record === undefined ? null : taggedView(record, lookup.settings);
    return { key, image, ...(answers && { alt: record === undefined ? null : altFor(record, use, lookup.settings) }) };
  });
  return c.json({ results });
};
