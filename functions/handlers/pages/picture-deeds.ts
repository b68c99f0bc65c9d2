// POST /images/{id}: what the forms of a picture's page do. Done: back to the page. Refused: the page with what was sent and the error at its
// field. Someone else was faster: a page that keeps what was sent.
import * as z from 'zod';
import { changeText } from '../../core/edit/change-text.ts';
import { describeProduct } from '../../core/edit/describe-product.ts';
import { type ReviewDecision, reviewImage } from '../../core/edit/review-image.ts';
import { findImage } from '../../core/lookup/lookup-images.ts';
import { RequestError } from '../../core/lookup/request-error.ts';
import { type CaptionRecord, REVIEW_ACTIONS, TEXT_KINDS } from '../../core/record/record.ts';
import { translateTexts } from '../../core/translate/translate-texts.ts';
import { readForm } from '../http/read-request.ts';
import { conflictPage } from './conflict-page.ts';
import type { PageContext } from './page-env.ts';
import { DEEDS, type FormState } from './picture-forms.ts';
import { answerPicture } from './picture-page.ts';

const SEE_OTHER = 303;

const deedForm = z.strictObject({
  do: z.enum(DEEDS),
  etag: z.string(),
  field: z.enum(TEXT_KINDS).optional(),
  text: z.string().optional(),
  lang: z.string().optional(),
  locked: z.literal('true').optional(),
  note: z.string().optional(),
  action: z.enum(REVIEW_ACTIONS).optional(),
  reason: z.string().optional(),
  of: z.enum(['current', 'proposal']).optional(),
  translation: z.literal('true').optional(),
  name: z.string().optional(),
  brand: z.string().optional(),
  colour: z.string().optional(),
  keywords: z.string().optional(),
  negativeKeywords: z.string().optional(),
  pageUrl: z.string().optional(),
});

type Sent = z.output<typeof deedForm>;

/** Browsers send line breaks as CR LF. */
const unixLines = (text: string): string => text.replaceAll('\r\n', '\n');

const words = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const change = (c: PageContext, id: string, sent: Sent): Promise<CaptionRecord> => {
  const { field = 'alt', text = '', lang, note } = sent;
  const wanted = {
    field,
    text: sent.do === 'withdraw' ? null : unixLines(text),
    ...(lang !== undefined && lang !== '' && { lang }),
    ...(sent.do === 'save' && sent.translation === undefined && { locked: sent.locked === 'true' }),
    ...(note !== undefined && note !== '' && { note }),
  };
  return changeText(c.var.service.lookup, c.var.principal, id, wanted, sent.etag);
};

const decide = (c: PageContext, id: string, sent: Sent): Promise<CaptionRecord> => {
  const { action = 'accept', field, of, reason } = sent;
  const decision: ReviewDecision = { action, ...(field && { field }), ...(of && { of }), ...(reason !== undefined && { reason }) };
  return reviewImage(c.var.service.lookup, c.var.principal, id, decision, sent.etag);
};

const describe = (c: PageContext, id: string, sent: Sent): Promise<CaptionRecord> => {
  const { name = '', brand = '', colour = '', pageUrl = '', keywords, negativeKeywords } = sent;
  const data = { name, brand, colour, pageUrl, keywords: words(keywords), negativeKeywords: words(negativeKeywords) };
  return describeProduct(c.var.service.lookup, c.var.principal, id, data, sent.etag);
};

const carryOut = (c: PageContext, id: string, sent: Sent): Promise<CaptionRecord> => {
  if (sent.do === 'review') return decide(c, id, sent);
  if (sent.do === 'product') return describe(c, id, sent);
  if (sent.do === 'translate') return translateTexts(c.var.service.lookup, c.var.principal, id, { lang: sent.lang ?? '' }, sent.etag);
  return change(c, id, sent);
};

const kindOf = (sent: Sent): FormState['kind'] => {
  if (sent.do === 'product') return 'product';
  return sent.translation === 'true' ? 'translation' : (sent.field ?? 'alt');
};

const valuesOf = (sent: Sent): Record<string, string> =>
  Object.fromEntries(Object.entries(sent).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));

/** Refusals that the form itself can show. */
const SHOWN_CODES: readonly string[] = [
  'INVALID_REQUEST',
  'NOTHING_TO_TRANSLATE',
  'LANGUAGE_NOT_TRANSLATED',
  'TEXT_TOO_LONG',
  'TRANSLATION_OFF',
];

const refused = async (c: PageContext, id: string, sent: Sent, thrown: RequestError): Promise<Response> => {
  const record = await findImage(c.var.service.lookup, c.var.principal, id);
  const errors = thrown.fields.length > 0 ? thrown.fields : [{ field: 'lang', message: thrown.message }];
  return answerPicture(c, record, {}, undefined, { kind: kindOf(sent), values: valuesOf(sent), errors });
};

/** POST /images/{id} */
export const changePicture = async (c: PageContext): Promise<Response> => {
  const sent = await readForm(c, deedForm);
  const id = c.req.param('id') ?? '';
  try {
    await carryOut(c, id, sent);
  } catch (thrown) {
    if (!(thrown instanceof RequestError)) throw thrown;
    if (thrown.code === 'PRECONDITION_FAILED') {
      return conflictPage(c, await findImage(c.var.service.lookup, c.var.principal, id), valuesOf(sent));
    }
    if (SHOWN_CODES.includes(thrown.code)) return refused(c, id, sent, thrown);
    throw thrown;
  }
  const did = sent.do === 'review' ? (sent.action ?? 'accept') : sent.do;
  return c.redirect(`/images/${id}?did=${did}`, SEE_OTHER);
};
