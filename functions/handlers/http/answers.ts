// One answer for each route: reads the request by its contract, asks a use case, writes the view.
import { listChanges } from '../../core/lookup/lookup-changes.ts';
import { forgetImage } from '../../core/lookup/lookup-forget.ts';
import { findByKey, listImages } from '../../core/lookup/lookup-images.ts';
import { PAGE_LIMITS } from '../../core/lookup/lookup-ports.ts';
import { planUpload } from '../../core/lookup/lookup-uploads.ts';
import type { RouteName } from '../../core/lookup/routes.ts';
import { recordView, taggedView } from '../../core/record/record-view.ts';
import type { ApiContext, ApiService } from './api-env.ts';
import { answerCached, CACHE_STATIC } from './cached.ts';
import { editAnswersOf } from './edits/edit-answers.ts';
import { openApiDocument } from './openapi.ts';
import { outputAnswers } from './outputs/output-answers.ts';
import { readBody, readQuery } from './read-request.ts';
import { rulesAnswersOf } from './rules/rules-answers.ts';
import { changesQuery, forgetQuery, imagesQuery, uploadBody } from './schemas.ts';
import { speechAnswersOf } from './speech/speech-answers.ts';
import { videoAnswersOf } from './video/video-answers.ts';

/** Answers one request. */
export type Answer = (c: ApiContext) => Response | Promise<Response>;

const idOf = (c: ApiContext): string => c.req.param('id') ?? '';

const answerImages = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { key, prefix = '', bucket = lookup.settings.bucket, limit = PAGE_LIMITS.usual, state, cursor } = readQuery(c, imagesQuery);
  const principal = c.get('principal');
  if (key !== undefined) {
    const record = await findByKey(lookup, principal, bucket, key);
    return answerCached(c, record, taggedView(record, lookup.settings));
  }
  const query = { bucket, prefix, limit, ...(state && { state }), ...(cursor !== undefined && { cursor }) };
  const { records, next } = await listImages(lookup, principal, query);
  return c.json({ images: records.map(recordView), ...(next !== undefined && { next }) });
};

const answerChanges = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { since, limit = PAGE_LIMITS.usual } = readQuery(c, changesQuery);
  const query = { limit, ...(since !== undefined && { since }) };
  const { records, next, more } = await listChanges(lookup, c.get('principal'), query);
  return c.json({ changes: records.map(recordView), next, more });
};

const answerUpload = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { id, url, headers, expiresAt } = await planUpload(lookup, c.get('principal'), await readBody(c, uploadBody));
  return c.json({ id, url, method: 'PUT', headers, expiresAt: new Date(expiresAt).toISOString() }, 201);
};

const answerStatic = (c: ApiContext, body: object): Response => {
  c.header('Cache-Control', CACHE_STATIC);
  return c.json(body);
};

/** The answers of all routes. */
export const answersOf = (service: ApiService): Record<RouteName, Answer> => {
  const { lookup, modelCards } = service;
  return {
    ...outputAnswers(service),
    'GET /v1/images': (c) => answerImages(c, service),
    'GET /v1/changes': (c) => answerChanges(c, service),
    'POST /v1/uploads': (c) => answerUpload(c, service),
    'DELETE /v1/images/{id}': async (c) => {
      const { object } = readQuery(c, forgetQuery);
      await forgetImage(lookup, c.get('principal'), idOf(c), object === 'true');
      return c.body(null, 204);
    },
    ...editAnswersOf(service),
    ...speechAnswersOf(service),
    ...rulesAnswersOf(service),
    ...videoAnswersOf(service),
    'GET /v1/model': (c) => answerStatic(c, { models: modelCards }),
    'GET /healthz': (c) => c.json({ status: 'ok' }),
    'GET /openapi.json': (c) => answerStatic(c, openApiDocument()),
  };
};
