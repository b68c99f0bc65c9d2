// The HTTP app as a Lambda function behind an API Gateway HTTP API (payload 2.0). Only the headers that are read are passed on,
// and nothing that an event may hold makes it fail: hono/aws-lambda answers broken base64 and methods with plain text and 500.
import type { Hono } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** What is read of an event. */
export type ApiEvent = {
  rawPath: string;
  rawQueryString: string;
  headers: Readonly<Record<string, string | undefined>>;
  cookies?: readonly string[];
  body?: string;
  isBase64Encoded: boolean;
  requestContext: { http: { method: string }; authorizer?: unknown };
};

/** What API Gateway makes a response of. */
export type ApiResult = {
  statusCode: number;
  headers: Record<string, string>;
  /** each a Set-Cookie header */
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
};

/** API Gateway writes header names in lower case. */
const HEADERS_READ = [
  'accept',
  'content-type',
  'host',
  'if-match',
  'if-none-match',
  'if-range',
  'origin',
  'range',
  'sec-fetch-site',
  'x-forwarded-proto',
];

/** Other characters cannot be in a header that we know what to do with. */
const PLAIN_HEADER = /^[\x20-\x7e]*$/;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const WITHOUT_BODY = ['GET', 'HEAD'];

/** The address of the app does not matter to it. */
const ORIGIN = 'http://api';

const escaped = (part: string): string => part.replaceAll('#', '%23');

const urlOf = ({ rawPath, rawQueryString }: ApiEvent): string => {
  const path = `${ORIGIN}${escaped(rawPath).replaceAll('?', '%3F')}`;
  return rawQueryString === '' ? path : `${path}?${escaped(rawQueryString)}`;
};

/** API Gateway takes the cookies out of the headers. */
const headersOf = ({ headers, cookies }: ApiEvent): [string, string][] =>
  [...HEADERS_READ, 'cookie'].flatMap((name): [string, string][] => {
    const value = name === 'cookie' ? cookies?.join('; ') : headers[name];
    return value !== undefined && PLAIN_HEADER.test(value) ? [[name, value]] : [];
  });

const requestOf = (event: ApiEvent): Request => {
  const { method } = event.requestContext.http;
  const known = METHODS.includes(method) ? method : 'OPTIONS';
  const init = { method: known, headers: headersOf(event) };
  if (event.body === undefined || WITHOUT_BODY.includes(known)) return new Request(urlOf(event), init);
  return new Request(urlOf(event), { ...init, body: event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body });
};

/** What is not text, such as audio, goes to API Gateway in base64. */
const TEXT_BODY = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript)|image\/svg\+xml)/i;

const bodyOf = async (response: Response): Promise<Pick<ApiResult, 'body' | 'isBase64Encoded'>> => {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText = bytes.length === 0 || TEXT_BODY.test(response.headers.get('content-type') ?? 'text/plain');
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
};

/** The handler of the function. */
export const apiHandler =
  (app: Hono<ApiEnv>) =>
  async (event: ApiEvent): Promise<ApiResult> => {
    const response = await app.fetch(requestOf(event), { authorizer: event.requestContext.authorizer });
    const cookies = response.headers.getSetCookie();
    response.headers.delete('set-cookie');
    const headers = { ...Object.fromEntries(response.headers), 'x-content-type-options': 'nosniff' };
    return {
      statusCode: response.status,
      headers,
      ...(cookies.length > 0 && { cookies }),
      ...(await bodyOf(response)),
    };
  };
