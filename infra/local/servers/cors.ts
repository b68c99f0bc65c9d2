// Cross-origin requests by a bucket's CORS rules.
import type { S3Request } from './raw-request.ts';
import { S3Error } from './s3-error.ts';
import type { BucketSpec, CorsRule } from './server-types.ts';

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

const matches = (pattern: string, value: string): boolean => {
  const [start, end] = pattern.split('*');
  if (end === undefined) return pattern === value;
  return value.length >= pattern.length - 1 && value.startsWith(start ?? '') && value.endsWith(end);
};

const ruleFor = (bucket: BucketSpec | undefined, origin: string, method: string, headers: readonly string[]): CorsRule | undefined =>
  bucket?.cors.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
      rule.allowedMethods.includes(method) &&
      headers.every((header) => rule.allowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), header)) ?? false),
  );

const headersOf = (rule: CorsRule, origin: string): Record<string, string> => {
  const isAny = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isAny ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(!isAny && { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposedHeaders?.length && { 'access-control-expose-headers': rule.exposedHeaders.join(', ') }),
    vary: VARY,
  };
};

/** Headers that answer a preflight. @throws S3Error AccessForbidden, when no rule allows it */
export const preflight = (request: S3Request, bucket: BucketSpec | undefined): Record<string, string> => {
  const { headers } = request.http;
  const { origin } = headers;
  const method = headers['access-control-request-method'];
  const asked = (headers['access-control-request-headers'] ?? '').toLowerCase().split(',');
  const names = asked.map((name) => name.trim()).filter((name) => name !== '');
  const rule = origin === undefined || method === undefined ? undefined : ruleFor(bucket, origin, method, names);
  if (!rule || origin === undefined) throw new S3Error('AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
  return {
    ...headersOf(rule, origin),
    ...(names.length > 0 && { 'access-control-allow-headers': names.join(', ') }),
    ...(rule.maxAgeS !== undefined && { 'access-control-max-age': String(rule.maxAgeS) }),
  };
};

/** Headers for an answer to another origin; undefined when no rule allows that origin and method; none without an origin. */
export const corsHeaders = (request: S3Request, bucket: BucketSpec | undefined): Record<string, string> | undefined => {
  const { origin } = request.http.headers;
  if (origin === undefined) return {};
  const rule = ruleFor(bucket, origin, request.method, []);
  return rule && headersOf(rule, origin);
};
