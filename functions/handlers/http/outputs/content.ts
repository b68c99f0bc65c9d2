// Answers that are made for one request: which of two types the client wants, and a tag of the content itself.
import { createHash } from 'node:crypto';
import { accepts } from 'hono/accepts';
import type { ApiContext } from '../api-env.ts';
import { hasTag } from '../cached.ts';

/** Characters of a content's digest: 132 bits. */
const DIGEST_CHARACTERS = 22;

/** Media types of answers that are text. */
export const TYPES = {
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
  html: 'text/html; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
} as const;

const plain = (type: string): string => type.split(';')[0] ?? type;

/** The type that the client wants: the one of `format`, else what Accept likes best, else JSON. Caches are told that it depends on Accept. */
export const wantedType = (
  c: ApiContext,
  other: 'text' | 'html',
  format: 'json' | 'text' | 'html' | undefined,
): 'json' | 'text' | 'html' => {
  c.header('Vary', 'Authorization, Accept');
  if (format !== undefined) return format;
  const supports = [TYPES.json, plain(TYPES[other])];
  return accepts(c, { header: 'Accept', supports, default: TYPES.json }) === TYPES.json ? 'json' : other;
};

/** `content` with a strong tag of its own, fresh for `maxAgeS` seconds, or 304 without a body. */
export const answerContent = (c: ApiContext, content: string, type: string, maxAgeS: number): Response => {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, DIGEST_CHARACTERS)}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', `private, max-age=${maxAgeS}`);
  if (hasTag(c.req.header('if-none-match'), etag)) return c.body(null, 304);
  return c.body(content, 200, { 'Content-Type': type });
};
