// GET /v1/images/{id}/speech, and the page's own way to it: audio that browsers keep and players can seek in.
import type { Context, Env } from 'hono';
import type { Principal } from '../../../core/lookup/principal.ts';
import { hear, planSpeech, type SpeechPlan } from '../../../core/speech/speak-image.ts';
import type { SpeechUse } from '../../../core/speech/speech-text.ts';
import type { ApiService } from '../api-env.ts';
import { cacheControlOf, hasTag } from '../cached.ts';
import { useOf } from '../outputs/image-outputs.ts';
import { readQuery } from '../read-request.ts';
import { byteRange } from './byte-range.ts';
import { speechQuery } from './speech-schemas.ts';

/** Weak: the same words by the same voice, though perhaps spoken anew. */
const etagOf = ({ hash }: SpeechPlan): string => `W/"${hash}"`;

const sendBytes = <E extends Env>(c: Context<E>, bytes: Uint8Array, contentType: string): Response => {
  // of a weak tag no client can tell that its part is of these bytes
  const asked = c.req.header('if-range') === undefined ? c.req.header('range') : undefined;
  const range = byteRange(asked, bytes.length);
  c.header('Accept-Ranges', 'bytes');
  if (range === 'beyond') return c.body(null, 416, { 'Content-Range': `bytes */${bytes.length}` });
  const body = (part: Uint8Array) => Buffer.from(part);
  if (range === 'none') return c.body(body(bytes), 200, { 'Content-Type': contentType });
  const { first, last } = range;
  const headers = { 'Content-Type': contentType, 'Content-Range': `bytes ${first}-${last}/${bytes.length}` };
  return c.body(body(bytes.subarray(first, last + 1)), 206, headers);
};

/** The answer: audio, a part of it, or 304 without a body. What is only in the way of keeping it goes to the log. */
export const answerSpeech = async <E extends Env>(
  c: Context<E>,
  { lookup, telemetry }: Pick<ApiService, 'lookup' | 'telemetry'>,
  principal: Principal,
): Promise<Response> => {
  const { format = 'mp3', field, ...given } = readQuery(c, speechQuery);
  const use: SpeechUse = { ...useOf(given), ...(field !== undefined && { field }) };
  const plan = await planSpeech(lookup, principal, c.req.param('id') ?? '', use, format);
  const etag = etagOf(plan);
  const tell = (): void => {
    c.header('ETag', etag);
    c.header('Cache-Control', cacheControlOf(plan.record));
    c.header('Content-Language', plan.spoken.lang);
  };
  if (hasTag(c.req.header('if-none-match'), etag)) {
    tell();
    return c.body(null, 304);
  }
  const { bytes, contentType, trouble } = await hear(lookup, plan);
  if (trouble !== undefined) telemetry.error('spoken audio was not read or kept', { format }, trouble);
  tell();
  return sendBytes(c, bytes, contentType);
};
