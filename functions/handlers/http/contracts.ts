// What the OpenAPI document says about each route: what it is for, what it takes, what it answers, and its own errors.
import type * as z from 'zod';
import type { RouteName } from '../../core/lookup/routes.ts';
import { EDIT_CONTRACTS } from './edits/edit-contracts.ts';
import { EXAMPLE_IMAGE, EXAMPLES } from './examples.ts';
import { OUTPUT_CONTRACTS } from './outputs/output-contracts.ts';
import type { ProblemCode } from './problems.ts';
import { RULES_CONTRACTS } from './rules/rules-contracts.ts';
import {
  changesQuery,
  changesSchema,
  forgetQuery,
  healthSchema,
  imageSchema,
  imagesQuery,
  imagesSchema,
  modelsSchema,
  uploadBody,
  uploadSchema,
} from './schemas.ts';
import { SPEECH_CONTRACTS } from './speech/speech-contracts.ts';
import { VIDEO_CONTRACTS } from './video/video-contracts.ts';

/** A body with an example; JSON unless `type` says otherwise. */
export type Body = { schema: z.ZodType; example: object | string; type?: string };

/** One route for readers. `answers`: bodies of the successful answer; none for 204 and for the document itself. */
export type Contract = {
  operationId: string;
  summary: string;
  description?: string;
  query?: z.ZodObject;
  body?: Body;
  status: 200 | 201 | 204;
  answers: readonly Body[];
  /** answers If-None-Match with 304 */
  cached?: true;
  /** needs If-Match, and answers with the new ETag */
  conditional?: true;
  errors: readonly ProblemCode[];
};

/** Errors that every route can answer with. */
export const COMMON_ERRORS = ['UNAUTHENTICATED', 'SCOPE_MISSING', 'INTERNAL', 'UNAVAILABLE'] as const satisfies readonly ProblemCode[];

const BODY_ERRORS = ['INVALID_REQUEST', 'BODY_TOO_LARGE', 'MEDIA_TYPE'] as const;

const image: Body = { schema: imageSchema, example: EXAMPLE_IMAGE };

/** The contracts of all routes. */
export const CONTRACTS: Record<RouteName, Contract> = {
  ...OUTPUT_CONTRACTS,
  ...SPEECH_CONTRACTS,
  ...RULES_CONTRACTS,
  ...VIDEO_CONTRACTS,
  'GET /v1/images': {
    operationId: 'findImages',
    summary: 'One image by its key, or a page of images',
    description: 'With `key`: the image. Without: images in the order of their keys; a page may be short and still have a `next`.',
    query: imagesQuery,
    status: 200,
    answers: [image, { schema: imagesSchema, example: EXAMPLES.images }],
    cached: true,
    errors: ['INVALID_REQUEST', 'INVALID_CURSOR', 'NOT_FOUND'],
  },
  'GET /v1/changes': {
    operationId: 'listChanges',
    summary: 'What has changed, oldest first',
    description:
      'Keep `next` and ask with it as `since`: no change is missed. Each image stands there once, at its last change, deleted ones too; one may come again. While `more` is true, ask again at once; a page may be short or empty all the same.',
    query: changesQuery,
    status: 200,
    answers: [{ schema: changesSchema, example: EXAMPLES.changes }],
    errors: ['INVALID_REQUEST', 'INVALID_CURSOR'],
  },
  'POST /v1/uploads': {
    operationId: 'planUpload',
    summary: 'A URL to PUT a picture to',
    description: 'The URL takes exactly this key, type and size. PUT the file with the headers as given.',
    body: { schema: uploadBody, example: EXAMPLES.uploadBody },
    status: 201,
    answers: [{ schema: uploadSchema, example: EXAMPLES.upload }],
    errors: [...BODY_ERRORS, 'KEY_NOT_ALLOWED'],
  },
  'DELETE /v1/images/{id}': {
    operationId: 'deleteImage',
    summary: 'Deletes what is known about an image, and the image when asked',
    description: 'Again is the same. A newer upload of the key makes a new record.',
    query: forgetQuery,
    status: 204,
    answers: [],
    errors: ['INVALID_REQUEST', 'NOT_FOUND', 'CONTENDED'],
  },
  ...EDIT_CONTRACTS,
  'GET /v1/model': {
    operationId: 'listModels',
    summary: 'The models in use: training data, licence, measured quality',
    status: 200,
    answers: [{ schema: modelsSchema, example: EXAMPLES.models }],
    errors: [],
  },
  'GET /healthz': {
    operationId: 'getHealth',
    summary: 'Whether the function answers',
    status: 200,
    answers: [{ schema: healthSchema, example: EXAMPLES.health }],
    errors: [],
  },
  'GET /openapi.json': { operationId: 'getOpenApi', summary: 'This document', status: 200, answers: [], errors: [] },
};
