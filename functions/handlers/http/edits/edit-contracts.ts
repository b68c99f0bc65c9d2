// What the OpenAPI document says about the routes of edits and reviews.
import type { EditRouteName } from '../../../core/edit/edit-routes.ts';
import type { Body, Contract } from '../contracts.ts';
import type { ProblemCode } from '../problems.ts';
import { imageSchema } from '../schemas.ts';
import { productBody } from '../text-schemas.ts';
import { EDIT_EXAMPLES, EXAMPLE_EDITED } from './edit-examples.ts';
import { historySchema, queueQuery, queueSchema, reviewBody, textBody, withdrawQuery } from './edit-schemas.ts';

const EDIT_ERRORS: readonly ProblemCode[] = ['INVALID_REQUEST', 'NOT_FOUND', 'PRECONDITION_FAILED', 'PRECONDITION_REQUIRED', 'CONTENDED'];
const BODY_ERRORS: readonly ProblemCode[] = ['BODY_TOO_LARGE', 'MEDIA_TYPE'];

const edited: Body = { schema: imageSchema, example: EXAMPLE_EDITED };

/** The contracts of these routes. */
export const EDIT_CONTRACTS: Record<EditRouteName, Contract> = {
  'PUT /v1/images/{id}/texts/{field}': {
    operationId: 'putText',
    summary: "Writes a person's text",
    description:
      'No machine ever replaces it: what machines say later stands under `proposals`. What was there before goes to the history. The same again changes nothing.',
    body: { schema: textBody, example: EDIT_EXAMPLES.text },
    status: 200,
    answers: [edited],
    conditional: true,
    errors: [...EDIT_ERRORS, ...BODY_ERRORS],
  },
  'DELETE /v1/images/{id}/texts/{field}': {
    operationId: 'withdrawText',
    summary: "Withdraws a person's text",
    description: "It goes to the history. The best machine's text for the same picture comes back, unless a person has rejected it.",
    query: withdrawQuery,
    status: 200,
    answers: [edited],
    conditional: true,
    errors: EDIT_ERRORS,
  },
  'POST /v1/images/{id}/review': {
    operationId: 'reviewImage',
    summary: 'Accepts, edits or rejects texts, or says that the picture is decorative',
    description:
      'accept: a person stands for the words. edit: writes others. decorative: the alt is "". reject: the text goes to the history, and machines may only propose another for this picture.',
    body: { schema: reviewBody, example: EDIT_EXAMPLES.review },
    status: 200,
    answers: [edited],
    conditional: true,
    errors: [...EDIT_ERRORS, ...BODY_ERRORS],
  },
  'PUT /v1/images/{id}/product': {
    operationId: 'putProduct',
    summary: 'Says what product the picture shows',
    description: 'It takes the place of what the object says of itself, and outlives new versions of the picture. {} takes it back.',
    body: { schema: productBody, example: EDIT_EXAMPLES.product },
    status: 200,
    answers: [edited],
    conditional: true,
    errors: [...EDIT_ERRORS, ...BODY_ERRORS],
  },
  'GET /v1/review': {
    operationId: 'listReviews',
    summary: 'Images whose texts need a look, riskiest first',
    description: 'Images that were reviewed leave it. A page may be short, or empty, and still have a `next`.',
    query: queueQuery,
    status: 200,
    answers: [{ schema: queueSchema, example: EDIT_EXAMPLES.queue }],
    errors: ['INVALID_REQUEST', 'INVALID_CURSOR'],
  },
  'GET /v1/images/{id}/history': {
    operationId: 'getHistory',
    summary: 'Texts that the image had before, newest first',
    description: "Within bounds; machines' entries are dropped before people's.",
    status: 200,
    answers: [{ schema: historySchema, example: EDIT_EXAMPLES.history }],
    cached: true,
    errors: ['NOT_FOUND'],
  },
};
