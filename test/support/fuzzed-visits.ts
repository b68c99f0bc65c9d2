// Requests to the page that are wrong in many ways, the same for the same seed.
import { PAGE_ROUTES } from '../../functions/core/lookup/page-routes.ts';
import type { ApiEvent } from '../../functions/handlers/http/api-lambda.ts';
import { bytesOf } from './fuzzed-requests.ts';
import { pick } from './fuzzed-strings.ts';
import { browserEvent, SESSIONS } from './pages.ts';
import { type Random, whole } from './random.ts';

/** In every hostile text; a page that holds it as it is has not escaped it. */
export const MARK = '<script>alert(1)</script>';

const TEXTS = [
  MARK,
  `"'>${MARK}`,
  '',
  ' ',
  'a',
  'A dog on a beach.',
  '\u0000',
  '😀\u202e',
  '../..',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '1e999',
  'true',
  '*',
  '"1-x"',
  'alt',
  'save',
  'accept',
  'READY',
  'shop/',
  'product',
  'é'.repeat(600),
  'x'.repeat(5000),
];

const NAMES = [
  'do',
  'etag',
  'field',
  'text',
  'lang',
  'locked',
  'note',
  'action',
  'reason',
  'of',
  'name',
  'keywords',
  'pageUrl',
  'id',
  'token',
  'to',
];
const QUERY = [
  'v',
  'prefix',
  'state',
  'cursor',
  'usage',
  'max',
  'lang',
  'context',
  'href',
  'edit',
  'done',
  'view',
  'keys',
  'page',
  'x',
  '__proto__',
];
const DEEDS = ['save', 'withdraw', 'review', 'product', 'lock', 'translate', 'accept', 'x'];

const pairsOf = (random: Random, names: readonly string[]): [string, string][] =>
  Array.from({ length: whole(random, 6) }, () => [pick(random, names), pick(random, TEXTS)]);

/** A form that is nearly right, so that it comes far. */
const formOf = (random: Random): Record<string, string> => ({
  do: pick(random, DEEDS),
  etag: pick(random, ['*', '"x"', ...TEXTS]),
  field: pick(random, ['alt', 'caption', 'long', 'title']),
  text: pick(random, TEXTS),
  ...Object.fromEntries(pairsOf(random, NAMES)),
});

const bodies: ((random: Random) => { form?: Record<string, string> | string; json?: unknown })[] = [
  (random) => ({ form: formOf(random) }),
  (random) => ({ form: formOf(random) }),
  (random) => ({
    form: { token: pick(random, [...TEXTS, ...Object.values(SESSIONS)]), to: pick(random, ['/', '//x', '/review', ...TEXTS]) },
  }),
  (random) => ({ form: bytesOf(random, 300).toString('latin1') }),
  (random) => ({ form: `a=${'%'.repeat(whole(random, 50))}&${'b='.repeat(whole(random, 300))}` }),
  (random) => ({ form: 'x'.repeat(whole(random, 400_000)) }),
  (random) => ({ json: { key: pick(random, TEXTS), contentType: 'image/png', bytes: whole(random, 3) } }),
  (random) => ({ json: Object.fromEntries(pairsOf(random, NAMES)) }),
  () => ({}),
];

const cookiesOf = (random: Random): string[] | undefined => {
  const session = pick(random, [...Object.values(SESSIONS), ...TEXTS, 'a.b.c', `${SESSIONS.both}x`, `${SESSIONS.both}; x`]);
  return pick(random, [
    undefined,
    undefined,
    undefined,
    [`caption-session=${session}`],
    [`caption-session=${session}`, `caption-session=${session}`],
    [session],
    [`__Host-session=${session}`],
    Array.from({ length: whole(random, 200) }, () => `c=${pick(random, TEXTS)}`),
  ]);
};

const HEADERS = ['accept', 'host', 'origin', 'sec-fetch-site', 'x-forwarded-proto', 'content-type', 'if-none-match', 'if-match'];
const VALUES = [
  '*/*',
  'application/json',
  'text/html;q=0.1, application/json',
  'same-origin',
  'cross-site',
  'none',
  'https',
  'null',
  'a\nb',
  'é',
  ...TEXTS,
];

const headersOf = (random: Random): Record<string, string> =>
  Object.fromEntries(Array.from({ length: whole(random, 3) }, () => [pick(random, HEADERS), pick(random, VALUES)]));

const idOf = (random: Random, ids: readonly string[]): string =>
  pick(random, [...ids, ...ids, 'x'.repeat(22), encodeURIComponent(pick(random, TEXTS))]);

/** A visit that may be right or wrong in every part. */
export const fuzzedVisit = (random: Random, ids: readonly string[]): ApiEvent => {
  const route = pick(random, PAGE_ROUTES);
  const cookies = cookiesOf(random);
  const raw = whole(random, 4) === 0;
  return browserEvent(route.method, route.path.replace('{id}', idOf(random, ids)), {
    query: pairsOf(random, QUERY)
      .map(([name, value]) => `${name}=${raw ? value : encodeURIComponent(value)}`)
      .join('&'),
    headers: headersOf(random),
    ...(cookies !== undefined && { cookies }),
    ...(route.method === 'POST' && pick(random, bodies)(random)),
    bare: whole(random, 10) === 0,
  });
};
