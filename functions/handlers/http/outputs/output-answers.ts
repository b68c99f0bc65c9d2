// The answers of the routes of outputs.
import type { RouteName } from '../../../core/lookup/routes.ts';
import type { ApiContext, ApiService } from '../api-env.ts';
import { answerAlt, answerImage, answerLookup, answerSeo } from './image-outputs.ts';
import { answerReport } from './report-output.ts';
import { answerSitemap } from './sitemap-output.ts';

/** The answers by route. */
export const outputAnswers = (service: ApiService) =>
  ({
    'GET /v1/images/{id}': (c: ApiContext) => answerImage(c, service),
    'GET /v1/images/{id}/alt': (c: ApiContext) => answerAlt(c, service),
    'GET /v1/images/{id}/seo': (c: ApiContext) => answerSeo(c, service),
    'POST /v1/lookup': (c: ApiContext) => answerLookup(c, service),
    'GET /v1/sitemap-images.xml': (c: ApiContext) => answerSitemap(c, service),
    'GET /v1/report': (c: ApiContext) => answerReport(c, service),
  }) satisfies Partial<Record<RouteName, (c: ApiContext) => Promise<Response>>>;
