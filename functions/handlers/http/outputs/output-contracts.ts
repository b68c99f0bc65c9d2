// What the OpenAPI document says about the routes of outputs.
import * as z from 'zod';
import type { RouteName } from '../../../core/lookup/routes.ts';
import { IIIF_TYPE } from '../../../core/views/iiif-view.ts';
import type { Contract } from '../contracts.ts';
import { EXAMPLE_IMAGE, EXAMPLES } from '../examples.ts';
import { imageSchema } from '../schemas.ts';
import { EXAMPLE_AZURE, EXAMPLE_COVERAGE, EXAMPLE_IIIF, EXAMPLE_SEO, OUTPUT_EXAMPLES } from './output-examples.ts';
import { altQuery, imageQuery, lookupWithUseBody, reportQuery, seoQuery, sitemapQuery } from './output-queries.ts';
import { altOfImageSchema, azureSchema, coverageSchema, iiifSchema, lookupWithUseSchema, seoSchema } from './output-schemas.ts';

/** The contracts by route. */
export const OUTPUT_CONTRACTS = {
  'GET /v1/images/{id}': {
    operationId: 'getImage',
    summary: 'One image by its id, or another form of it',
    description: 'view=azure: the response of Azure Image Analysis 4.0. view=iiif: a IIIF Presentation 3 annotation page.',
    query: imageQuery,
    status: 200,
    answers: [
      { schema: imageSchema, example: EXAMPLE_IMAGE },
      { schema: azureSchema, example: EXAMPLE_AZURE },
      { schema: iiifSchema, example: EXAMPLE_IIIF, type: IIIF_TYPE },
    ],
    cached: true,
    errors: ['INVALID_REQUEST', 'NOT_FOUND'],
  },
  'GET /v1/images/{id}/alt': {
    operationId: 'getAlt',
    summary: 'The alternative text of an image for a use',
    description:
      'alt is null when there is none; status, reason, next and sure say why, what people can do, and what is sure all the same. As text: the words alone, empty for a decorative picture, 404 when there are none.',
    query: altQuery,
    status: 200,
    answers: [
      { schema: altOfImageSchema, example: OUTPUT_EXAMPLES.alt },
      { schema: z.string(), example: OUTPUT_EXAMPLES.alt.alt, type: 'text/plain' },
    ],
    cached: true,
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'NOTHING_TO_SAY'],
  },
  'GET /v1/images/{id}/seo': {
    operationId: 'getSeo',
    summary: 'JSON-LD, Open Graph, X card, HTML, Markdown and a file name',
    description: 'Needs to know where the picture is published: by `url`, or by the setting imageBaseUrl.',
    query: seoQuery,
    status: 200,
    answers: [{ schema: seoSchema, example: EXAMPLE_SEO }],
    cached: true,
    errors: ['INVALID_REQUEST', 'NOT_FOUND'],
  },
  'POST /v1/lookup': {
    operationId: 'lookUp',
    summary: 'Up to 100 images by their keys',
    description:
      'Results stand in the order of the keys; an unknown key has the image null. With usage, max, lang or disclose, each has its alternative text for that use.',
    body: { schema: lookupWithUseBody, example: OUTPUT_EXAMPLES.lookupBody },
    status: 200,
    answers: [
      { schema: lookupWithUseSchema, example: OUTPUT_EXAMPLES.lookup },
      { schema: lookupWithUseSchema, example: EXAMPLES.lookup },
    ],
    errors: ['INVALID_REQUEST', 'BODY_TOO_LARGE', 'MEDIA_TYPE'],
  },
  'GET /v1/sitemap-images.xml': {
    operationId: 'getSitemap',
    summary: 'The image sitemap: the index of its files, or one file',
    description: 'A file has up to 1,000 pictures, by the pages that show them. Pictures without a page or a public address are left out.',
    query: sitemapQuery,
    status: 200,
    answers: [{ schema: z.string(), example: OUTPUT_EXAMPLES.sitemap, type: 'application/xml' }],
    cached: true,
    errors: ['INVALID_REQUEST', 'NOT_FOUND'],
  },
  'GET /v1/report': {
    operationId: 'getReport',
    summary: 'How many pictures have an alternative text, reviewed by people, and without lint findings',
    description: 'In all and by folder, as JSON or as a page. Of more than 2,000 pictures it comes in parts: follow `next`.',
    query: reportQuery,
    status: 200,
    answers: [
      { schema: coverageSchema, example: EXAMPLE_COVERAGE },
      { schema: z.string(), example: OUTPUT_EXAMPLES.report, type: 'text/html' },
    ],
    cached: true,
    errors: ['INVALID_REQUEST', 'INVALID_CURSOR'],
  },
} as const satisfies Partial<Record<RouteName, Contract>>;
