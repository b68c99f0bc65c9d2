// Answers that clients may keep: a weak ETag of the record's revision, 304 when they have it already, and how long it stays fresh.
import type { CaptionRecord, State } from '../../core/record/record.ts';
import type { ApiContext } from './api-env.ts';

const READY_S = 60;
const FAILED_S = 30;
const MODEL_CARDS_S = 300;

/** How long clients may keep an answer. A pending record may be ready a moment later. */
const CACHE_CONTROL: Record<State, string> = {
  PENDING: 'private, no-cache',
  READY: `private, max-age=${READY_S}`,
  FAILED: `private, max-age=${FAILED_S}`,
  DELETED: 'no-store',
};

/** Model cards and the API's description change with deployments only. */
export const CACHE_STATIC = `private, max-age=${MODEL_CARDS_S}`;

const ETAG_RADIX = 36;

/** The weak entity tag of a record: its revision, and when that was made, as a record that was forgotten begins again at 1. */
export const etagOf = ({ revision, changedAt }: CaptionRecord): string => `W/"${revision}-${changedAt.toString(ETAG_RADIX)}"`;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether `If-None-Match` names the tag: weak comparison, RFC 9110 section 8.8.3.2. */
const hasTag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag)) ?? false;

/** `body`, a view of `record`, or 304 without a body. */
export const answerCached = (c: ApiContext, record: CaptionRecord, body: object): Response => {
  const etag = etagOf(record);
  c.header('ETag', etag);
  c.header('Cache-Control', CACHE_CONTROL[record.state]);
  return hasTag(c.req.header('if-none-match'), etag) ? c.body(null, 304) : c.json(body);
};
