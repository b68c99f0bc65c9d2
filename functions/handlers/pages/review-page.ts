// GET and POST /review: the picture that most needs a look, and what a person decides about it.
import * as z from 'zod';
import { reviewImage } from '../../core/edit/review-image.ts';
import { lint } from '../../core/lint/lint.ts';
import { MAX_CURSOR_CHARS } from '../../core/lookup/cursor.ts';
import { findImage } from '../../core/lookup/lookup-images.ts';
import { KEY_LIMITS } from '../../core/lookup/lookup-ports.ts';
import { RequestError } from '../../core/lookup/request-error.ts';
import { type CaptionRecord, REVIEW_ACTIONS } from '../../core/record/record.ts';
import { recordTag } from '../../core/record/record-tag.ts';
import { reviewQueue } from '../../core/review/review-queue.ts';
import { riskOf } from '../../core/review/risk.ts';
import { altFor } from '../../core/text/alt-for.ts';
import { offeredText } from '../../core/text/offered-text.ts';
import { readForm, readQuery } from '../http/read-request.ts';
import { conflictPage } from './conflict-page.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import { type Review, reviewUrl, reviewView, type Waiting } from './review-view.ts';
import { nameOf, REVIEW_WORDS } from './words.ts';

const SEE_OTHER = 303;
const BAD_REQUEST = 400;

/** Pictures that are listed after the one on the page. */
const LISTED = 5;

/** Short pages that are passed over in search of the first picture; each is one query. */
const MAX_TRIES = 5;

const prefix = z.string().max(KEY_LIMITS.bytes).optional();
const cursor = z.string().max(MAX_CURSOR_CHARS).optional();

const reviewQuery = z.strictObject({
  prefix,
  cursor,
  did: z.enum([...REVIEW_ACTIONS, 'next']).optional(),
  of: z.string().max(MAX_CURSOR_CHARS).optional(),
});

const decisionForm = z.strictObject({
  id: z.string(),
  etag: z.string(),
  action: z.enum(REVIEW_ACTIONS),
  field: z.literal('alt'),
  text: z.string().optional(),
  reason: z.string().optional(),
  prefix,
  cursor,
});

type Asked = z.output<typeof reviewQuery>;
type Sent = z.output<typeof decisionForm>;

const waitingOf = (c: PageContext, record: CaptionRecord): Waiting => {
  const { genderNeutral } = c.var.service.lookup.settings;
  const offered = offeredText(record, 'alt', record.proposals?.alt === undefined ? 'current' : 'proposal', { genderNeutral });
  const { risk, why } = riskOf(record) ?? { risk: 0, why: [] };
  const about = { kind: 'alt', fileName: nameOf(record.key) } as const;
  return {
    record,
    etag: `"${recordTag(record)}"`,
    alt: altFor(record, {}, { genderNeutral }),
    ...(offered && { offered }),
    risk,
    why,
    findings: offered === undefined ? [] : lint(offered.text, { ...about, lang: offered.lang, machine: offered.origin === 'machine' }),
  };
};

/** The first picture from `cursor` on, and where the ones after it begin; `decided` is one that the index may still name. */
const firstOf = async (c: PageContext, asked: Asked, decided: string | undefined): Promise<Pick<Review, 'first' | 'cursor' | 'next'>> => {
  let at = asked.cursor;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const query = { limit: 1, ...(asked.prefix && { prefix: asked.prefix }), ...(at && { cursor: at }) };
    const { records, next } = await reviewQueue(c.var.service.lookup, c.var.principal, query);
    const record = records.find(({ id }) => id !== decided);
    const place = { ...(at && { cursor: at }), ...(next !== undefined && { next }) };
    if (record !== undefined) return { first: waitingOf(c, record), ...place };
    if (next === undefined) return place;
    at = next;
  }
  return at === undefined ? {} : { cursor: at, next: at };
};

const afterOf = async (c: PageContext, asked: Asked, next: string | undefined): Promise<Waiting[]> => {
  if (next === undefined) return [];
  const query = { limit: LISTED, cursor: next, ...(asked.prefix && { prefix: asked.prefix }) };
  const { records } = await reviewQueue(c.var.service.lookup, c.var.principal, query);
  return records.map((record) => waitingOf(c, record));
};

/** What has just been done, in words that also name the picture. */
const messageOf = async (c: PageContext, { did, of }: Asked): Promise<Pick<Review, 'message' | 'decided'>> => {
  if (did === undefined) return {};
  if (did === 'next') return { message: 'Skipped. This is the next picture.' };
  const record = of === undefined ? undefined : await c.var.service.lookup.store.get(of);
  if (record === undefined || !(await isTheirs(c, record.id))) return { message: `${REVIEW_WORDS[did]}. This is the next picture.` };
  return { message: `${REVIEW_WORDS[did]}: ${nameOf(record.key)}. This is the next picture.`, decided: record.id };
};

const isTheirs = async (c: PageContext, id: string): Promise<boolean> =>
  findImage(c.var.service.lookup, c.var.principal, id).then(
    () => true,
    () => false,
  );

const answer = async (c: PageContext, asked: Asked, refused?: Review['refused']): Promise<Response> => {
  const found = await firstOf(c, asked, refused === undefined ? asked.of : undefined);
  const review: Review = {
    ...found,
    after: await afterOf(c, asked, found.next),
    prefix: asked.prefix ?? '',
    mayWrite: c.var.principal.scopes.includes('captions:write'),
    ...(await messageOf(c, asked)),
    ...(refused && { refused }),
  };
  const title = review.message === undefined ? 'Review' : `${review.message} Review`;
  return page(c, { title, main: reviewView(review), ...(refused && { status: BAD_REQUEST }) });
};

/** GET /review */
export const reviewPage = (c: PageContext): Promise<Response> => answer(c, readQuery(c, reviewQuery));

const placeOf = (sent: Sent): { prefix?: string; cursor?: string } => ({
  ...(sent.prefix && { prefix: sent.prefix }),
  ...(sent.cursor && { cursor: sent.cursor }),
});

/** What was sent, shown again with its error. */
const refusedOf = (sent: Sent, thrown: RequestError): NonNullable<Review['refused']> => {
  const { text = '', reason = '' } = sent;
  return {
    field: sent.action === 'reject' ? 'reason' : 'text',
    message: thrown.fields[0]?.message ?? thrown.message,
    values: { text, reason },
  };
};

/** The fields that were given. */
const textsOf = (sent: Sent): Record<string, string> =>
  Object.fromEntries(Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined));

/** POST /review */
export const decideReview = async (c: PageContext): Promise<Response> => {
  const sent = await readForm(c, decisionForm);
  const { id, etag, action, field, text, reason } = sent;
  const { lookup } = c.var.service;
  const decision = {
    action,
    field,
    ...(text !== undefined && { text: text.replaceAll('\r\n', '\n') }),
    ...(reason !== undefined && { reason }),
  };
  try {
    await reviewImage(lookup, c.var.principal, id, decision, etag);
  } catch (thrown) {
    if (!(thrown instanceof RequestError)) throw thrown;
    if (thrown.code === 'PRECONDITION_FAILED') {
      return conflictPage(c, await findImage(lookup, c.var.principal, id), textsOf(sent), '/review');
    }
    if (thrown.code === 'INVALID_REQUEST') return answer(c, placeOf(sent), refusedOf(sent, thrown));
    throw thrown;
  }
  return c.redirect(reviewUrl({ ...placeOf(sent), did: action, of: id }), SEE_OTHER);
};
