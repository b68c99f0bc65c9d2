// Requests to the metadata API that are wrong in many ways, the same for the same seed.
import { ROUTES } from '../../functions/core/lookup/routes.ts';
import type { ApiEvent } from '../../functions/handlers/http/api-lambda.ts';
import { CALLERS, token } from './api.ts';
import { editOf, FIELDS } from './fuzzed-edits.ts';
import { pick, STRINGS } from './fuzzed-strings.ts';
import { type Random, whole } from './random.ts';

const VALUES: readonly unknown[] = [
  ...STRINGS,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  { a: { b: {} } },
  [null],
  Array.from({ length: 150 }, () => 'k'),
];
const NAMES = [
  'key',
  'prefix',
  'state',
  'cursor',
  'limit',
  'bucket',
  'since',
  'object',
  'keys',
  'contentType',
  'bytes',
  'text',
  'lang',
  'locked',
  'note',
  'action',
  'field',
  'of',
  'reason',
  'keywords',
  'pageUrl',
  '__proto__',
  'x',
  '',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/merge-patch+json',
  'multipart/form-data',
  'a\nb',
  '\u00e9',
  '',
];
const METHODS = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'A B', ''];
const PATHS = [
  '/',
  '',
  '//',
  '/v1',
  '/v1/images/',
  '/v1/images/../changes',
  '/v1/images/a/b/alt',
  '/v1/\u0000',
  '/%',
  '/v1/images/%2e%2e',
  '/openapi.json/',
  'no-slash',
  '\\',
  '/?',
  '/#',
];

const authorizers = [
  CALLERS.nobody,
  ...Array.from({ length: 40 }, () => CALLERS.both),
  CALLERS.reader,
  CALLERS.shop,
  CALLERS.account,
  {},
  null,
  'jwt',
  { jwt: null },
  { jwt: { claims: 7 } },
  token('captions:read', '%'),
  token('', ''),
  { lambda: { sub: 'x' } },
];

/** Up to `most` random bytes. */
export const bytesOf = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: whole(random, most) }, () => whole(random, 256)));

const objectOf = (random: Random): object =>
  Object.fromEntries(Array.from({ length: whole(random, 4) }, () => [pick(random, NAMES), pick(random, VALUES)]));

const bodies: ((random: Random) => string)[] = [
  (random) => JSON.stringify(objectOf(random)),
  (random) => JSON.stringify({ keys: [pick(random, STRINGS.slice(1)), 'shop/1.jpg'] }),
  (random) => JSON.stringify({ key: pick(random, STRINGS), contentType: 'image/png', bytes: 1 + whole(random, 1_100_000) }),
  (random) => JSON.stringify({ keys: ['a'.repeat(whole(random, 600_000))] }),
  (random) => JSON.stringify({ keys: Array.from({ length: whole(random, 103) }, () => pick(random, VALUES)) }),
  (random) =>
    JSON.stringify({
      key: pick(random, VALUES),
      contentType: pick(random, ['image/png', 'image/jpeg', ...STRINGS]),
      bytes: pick(random, [1, 1e6, ...VALUES]),
    }),
  (random) => JSON.stringify(editOf(random)),
  (random) => JSON.stringify(editOf(random)),
  (random) => JSON.stringify(editOf(random)),
  (random) => JSON.stringify(pick(random, VALUES)),
  (random) => pick(random, STRINGS),
  (random) => bytesOf(random, 300).toString('latin1'),
  (random) => '['.repeat(whole(random, 100_000)),
  (random) => `{"keys":["${'\\u0061'.repeat(whole(random, 40_000))}"]}`,
  (random) => JSON.stringify({ keys: ['a'] }).slice(0, whole(random, 14)),
  (random) => `{"keys":["a"],"keys":["b"],"__proto__":{"x":${whole(random, 9)}}}`,
];

const queryOf = (random: Random, cursors: readonly string[]): string => {
  const value = (): string => pick(random, [...STRINGS, ...cursors, 'READY', '10', 'shop/']);
  const raw = whole(random, 3) === 0;
  const pairs = Array.from(
    { length: whole(random, 4) },
    () => `${pick(random, NAMES)}=${raw ? value() : encodeURIComponent(value().toWellFormed())}`,
  );
  return pairs.join('&');
};

const idOf = (random: Random, ids: readonly string[]): string =>
  pick(random, [...ids, encodeURIComponent(pick(random, STRINGS).toWellFormed()), 'x'.repeat(22)]);

const pathOf = (random: Random, path: string, ids: readonly string[]): string =>
  path.replace('{id}', idOf(random, ids)).replace('{field}', pick(random, FIELDS));

/** A request that may be right or wrong in every part. */
export const fuzzedEvent = (random: Random, ids: readonly string[], cursors: readonly string[]): ApiEvent => {
  const base64 = whole(random, 3) === 0;
  const body = pick(random, bodies)(random);
  const route = pick(random, ROUTES);
  const sent = base64 && whole(random, 5) > 0 ? Buffer.from(body).toString('base64') : body;
  return {
    rawPath: whole(random, 10) === 0 ? pick(random, PATHS) : pathOf(random, route.path, ids),
    rawQueryString: queryOf(random, cursors),
    headers: {
      ...(whole(random, 4) > 0 && { 'content-type': whole(random, 4) > 0 ? 'application/json' : pick(random, TYPES) }),
      ...(whole(random, 4) === 0 && { 'if-none-match': pick(random, ['*', 'W/"3"', ',,,', ...STRINGS]) }),
      ...(whole(random, 4) > 0 && { 'if-match': pick(random, ['*', '*', '*', '"x"', 'W/"3"', ',,,', ...STRINGS]) }),
      'x-forwarded-for': pick(random, STRINGS),
    },
    ...(whole(random, 2) === 0 && { body: sent }),
    isBase64Encoded: base64,
    requestContext: {
      http: { method: whole(random, 8) === 0 ? pick(random, METHODS) : route.method },
      authorizer: pick(random, authorizers),
    },
  };
};
