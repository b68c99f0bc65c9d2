// The page over a store in memory, asked through the Lambda handler as API Gateway asks it, by browsers with and without a session.
import { fileURLToPath } from 'node:url';
import type { VerifiedToken } from '../../functions/core/lookup/session.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import type { ApiService } from '../../functions/handlers/http/api-env.ts';
import { type ApiEvent, type ApiResult, apiHandler } from '../../functions/handlers/http/api-lambda.ts';
import { lookupApp } from '../../functions/handlers/http/app.ts';
import type { PageService } from '../../functions/handlers/pages/page-env.ts';
import { readWebFiles } from '../../functions/wiring/web-files.ts';
import { type Api, api, NOW } from './api.ts';

/** Where pictures are, in the page under test. */
export const BUCKET_ORIGIN = 'https://photos.example';

const HOUR_MS = 3_600_000;

const claims = (scope: string, more: Record<string, unknown> = {}): VerifiedToken => ({
  claims: { sub: 'ann', scope, ...more },
  expiresAt: NOW + HOUR_MS,
});

/** Tokens that the page under test takes, and what they say. */
export const SESSIONS = {
  both: 'both.token.signed',
  reader: 'reader.token.signed',
  writer: 'writer.token.signed',
  shop: 'shop.token.signed',
  nobody: 'nobody.token.signed',
} as const;

const TOKENS: Record<string, VerifiedToken> = {
  [SESSIONS.both]: claims('captions:read captions:write'),
  [SESSIONS.reader]: claims('captions:read'),
  [SESSIONS.writer]: claims('captions:write'),
  [SESSIONS.nobody]: { claims: { scope: 'captions:read' }, expiresAt: NOW + HOUR_MS },
  [SESSIONS.shop]: claims('captions:read captions:write', { sub: 'shop', key_prefixes: 'shop/' }),
};

/** A request by a browser. `form` and `json` are sent as such, from a page of the same origin. */
export type Browsed = {
  session?: string | undefined;
  query?: string;
  headers?: Record<string, string>;
  cookies?: string[];
  form?: Record<string, string> | string;
  json?: unknown;
  /** without the headers that browsers send by themselves */
  bare?: boolean;
};

type PageOnly = Omit<PageService, keyof ApiService>;

/** The page under test; `page` may be changed between requests. */
export type Pages = Api & { page: PageOnly; browse(method: string, path: string, browsed?: Browsed): Promise<ApiResult> };

const bodyOf = ({ form, json }: Browsed): { type: string; body: string } | undefined => {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  if (form === undefined) return undefined;
  return { type: 'application/x-www-form-urlencoded', body: typeof form === 'string' ? form : new URLSearchParams(form).toString() };
};

/** An event of a browser's request. */
export const browserEvent = (method: string, path: string, browsed: Browsed = {}): ApiEvent => {
  const { query = '', headers = {}, cookies, bare = false } = browsed;
  const session = 'session' in browsed ? browsed.session : SESSIONS.both;
  const sent = bodyOf(browsed);
  const all = cookies ?? (session === undefined ? [] : [`caption-session=${session}`]);
  return {
    rawPath: path,
    rawQueryString: query,
    headers: {
      ...(bare ? {} : { accept: 'text/html', host: 'captions.example', ...(method !== 'GET' && { 'sec-fetch-site': 'same-origin' }) }),
      ...(sent !== undefined && { 'content-type': sent.type }),
      ...headers,
    },
    ...(all.length > 0 && { cookies: all }),
    ...(sent !== undefined && { body: sent.body }),
    isBase64Encoded: false,
    requestContext: { http: { method } },
  };
};

/** A page over `records`; everything else as with `api`. Requests have the session of `SESSIONS.both` unless they say otherwise. */
export const pages = (
  records: readonly CaptionRecord[],
  ...rest: Parameters<typeof api> extends [unknown, ...infer R] ? R : never
): Pages => {
  const base = api(records, ...rest);
  const page: PageOnly = {
    verifyToken: async (token: string) => TOKENS[token],
    files: readWebFiles(fileURLToPath(new URL('../../functions/web/', import.meta.url))),
    bucketOrigin: async () => BUCKET_ORIGIN,
  };
  const handler = apiHandler(
    lookupApp(base.service, { ...page, verifyToken: (token) => page.verifyToken(token), bucketOrigin: () => page.bucketOrigin() }),
  );
  return { ...base, page, browse: (method, path, browsed) => handler(browserEvent(method, path, browsed)) };
};
