// Answers that clients may keep: a strong ETag of the record's state and of this very representation, 304 when they have it already, and how
// long it stays fresh. RFC 9110, sections 8.8.3 and 13; docs/decisions/0020-strong-etags.md.
import { createHash } from 'node:crypto';
import type { CaptionRecord, State } from '../../core/record/record.ts';
import { recordTag } from '../../core/record/record-tag.ts';
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

/** How long clients may keep what is made of a record. */
export const cacheControlOf = ({ state }: CaptionRecord): string => CACHE_CONTROL[state];

/** Model cards and the API's description change with deployments only. */
export const CACHE_STATIC = `private, max-age=${MODEL_CARDS_S}`;

/** Characters of a representation's digest: 66 bits. */
const DIGEST_CHARACTERS = 11;

/** The strong entity tag of `content`, a representation of the record. Its first part is the record's: with it, If-Match takes any of them. */
export const etagOf = (record: CaptionRecord, content: string): string => {
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, DIGEST_CHARACTERS);
  return `"${recordTag(record)}.${digest}"`;
};

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether `If-None-Match` names the tag: weak comparison, RFC 9110 section 8.8.3.2. */
export const hasTag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag)) ?? false;

/** `content` of this type, a representation of `record`, or 304 without a body. */
export const answerCachedText = (c: ApiContext, record: CaptionRecord, content: string, type: string): Response => {
  const etag = etagOf(record, content);
  c.header('ETag', etag);
  c.header('Cache-Control', cacheControlOf(record));
  if (hasTag(c.req.header('if-none-match'), etag)) return c.body(null, 304);
  return c.body(content, 200, { 'Content-Type': type });
};

/** `body`, a view of `record`, as JSON, or 304 without a body. */
export const answerCached = (c: ApiContext, record: CaptionRecord, body: object): Response =>
  answerCachedText(c, record, JSON.stringify(body), 'application/json');

/** `body`, a view of the record as a client has just changed it, with its tag for the next change; nobody keeps it. */
export const answerChanged = (c: ApiContext, record: CaptionRecord, body: object): Response => {
  const content = JSON.stringify(body);
  c.header('ETag', etagOf(record, content));
  return c.body(content, 200, { 'Content-Type': 'application/json' });
};
