// The answers of the routes of edits and reviews.
import { changeText } from '../../../core/edit/change-text.ts';
import { describeProduct } from '../../../core/edit/describe-product.ts';
import type { EditRouteName } from '../../../core/edit/edit-routes.ts';
import { reviewImage } from '../../../core/edit/review-image.ts';
import { findImage } from '../../../core/lookup/lookup-images.ts';
import { PAGE_LIMITS } from '../../../core/lookup/lookup-ports.ts';
import type { CaptionRecord } from '../../../core/record/record.ts';
import { recordView } from '../../../core/record/record-view.ts';
import { droppedPast, historyView } from '../../../core/record/text-view.ts';
import { reviewQueue } from '../../../core/review/review-queue.ts';
import { riskOf } from '../../../core/review/risk.ts';
import type { Answer } from '../answers.ts';
import type { ApiContext, ApiService } from '../api-env.ts';
import { answerCached, answerChanged } from '../cached.ts';
import { readBody, readQuery } from '../read-request.ts';
import { productBody } from '../text-schemas.ts';
import { queueQuery, reviewBody, textBody, withdrawQuery } from './edit-schemas.ts';

type Edited = (c: ApiContext, id: string, ifMatch: string | undefined) => Promise<CaptionRecord>;

const editing =
  (edit: Edited): Answer =>
  async (c) => {
    const record = await edit(c, c.req.param('id') ?? '', c.req.header('if-match'));
    return answerChanged(c, record, recordView(record));
  };

const answerQueue = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { prefix, limit = PAGE_LIMITS.usual, cursor } = readQuery(c, queueQuery);
  const query = { limit, ...(prefix !== undefined && { prefix }), ...(cursor !== undefined && { cursor }) };
  const { records, next } = await reviewQueue(lookup, c.get('principal'), query);
  const images = records.map((record) => ({ ...riskOf(record), image: recordView(record) }));
  return c.json({ images, ...(next !== undefined && { next }) });
};

/** The answers of these routes. */
export const editAnswersOf = (service: ApiService): Record<EditRouteName, Answer> => {
  const { lookup } = service;
  return {
    'PUT /v1/images/{id}/texts/{field}': editing(async (c, id, ifMatch) => {
      const { text, ...how } = await readBody(c, textBody);
      return changeText(lookup, c.get('principal'), id, { field: c.req.param('field') ?? '', text, ...how }, ifMatch);
    }),
    'DELETE /v1/images/{id}/texts/{field}': editing((c, id, ifMatch) => {
      const change = { field: c.req.param('field') ?? '', text: null, ...readQuery(c, withdrawQuery) };
      return changeText(lookup, c.get('principal'), id, change, ifMatch);
    }),
    'POST /v1/images/{id}/review': editing(async (c, id, ifMatch) =>
      reviewImage(lookup, c.get('principal'), id, await readBody(c, reviewBody), ifMatch),
    ),
    'PUT /v1/images/{id}/product': editing(async (c, id, ifMatch) =>
      describeProduct(lookup, c.get('principal'), id, await readBody(c, productBody), ifMatch),
    ),
    'GET /v1/review': (c) => answerQueue(c, service),
    'GET /v1/images/{id}/history': async (c) => {
      const record = await findImage(lookup, c.get('principal'), c.req.param('id') ?? '');
      return answerCached(c, record, { id: record.id, dropped: droppedPast(record), history: historyView(record) });
    },
  };
};
