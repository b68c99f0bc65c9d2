// Figure 22, at the handler: every kind of caller at every route, and others' records look missing. Tokens themselves (expired, wrong
// audience, alg none, key confusion) are checked before the handler, by API Gateway or the local run.
import { isDeepStrictEqual } from 'node:util';
import { ROUTES, type RouteName, routeName, type Scope } from '../../functions/core/lookup/routes.ts';
import { type Api, type Asked, api, CALLERS, readyRecord, token } from '../support/api.ts';

const MINE = 'shop/mine.jpg';
const THEIRS = 'theirs/secret.jpg';
const UPLOAD = { key: 'shop/new.jpg', contentType: 'image/png', bytes: 100 };
const BODIES: Partial<Record<RouteName, object>> = {
  'POST /v1/lookup': { keys: [MINE] },
  'POST /v1/uploads': UPLOAD,
  'PUT /v1/images/{id}/texts/{field}': { text: 'A cat.' },
  'POST /v1/images/{id}/review': { action: 'accept' },
  'PUT /v1/images/{id}/product': { brand: 'Acme' },
  'POST /v1/images/{id}/translations': { lang: 'de' },
};
const QUERIES: Partial<Record<RouteName, string>> = { 'GET /v1/images/{id}/speech': 'field=long' };

const SUCCESS: Record<string, number> = { 'POST /v1/uploads': 201, 'DELETE /v1/images/{id}': 204 };
const OK = 200;
const UNAUTHENTICATED = 401;
const FORBIDDEN = 403;
const MISSING = 404;

/** What changes a record needs If-Match. */
const ANY_STATE = { 'if-match': '*' };

type Caller = { name: string; as: object | undefined; scopes: readonly Scope[] | 'none' };

const ALL: Scope[] = ['captions:read', 'captions:write'];

const callers: Caller[] = [
  { name: 'anonymous', as: undefined, scopes: 'none' },
  { name: 'empty authorizer', as: {}, scopes: 'none' },
  { name: 'token without subject', as: { jwt: { claims: { scope: ALL.join(' ') } } }, scopes: 'none' },
  { name: 'unreadable prefixes', as: token(ALL.join(' '), '%E0'), scopes: 'none' },
  { name: 'no scopes', as: token(''), scopes: [] },
  { name: 'other scopes', as: token('openid captions captions:reader xcaptions:write CAPTIONS:READ'), scopes: [] },
  { name: 'reader', as: CALLERS.reader, scopes: ['captions:read'] },
  { name: 'writer', as: CALLERS.writer, scopes: ['captions:write'] },
  { name: 'reader and writer', as: CALLERS.both, scopes: ALL },
  { name: 'account', as: CALLERS.account, scopes: ALL },
  { name: 'restricted to own prefix', as: CALLERS.shop, scopes: ALL },
];

type Check = { what: string; right: boolean };

const world = async (): Promise<{ ask: Api['ask']; mine: string; theirs: string }> => {
  // with a text to withdraw, one to hear, a shot to describe, and in need of a review
  const said = { text: 'Mine', lang: 'en', origin: 'human', at: 0 } as const;
  const texts = { title: said, long: said };
  const facts = { shots: [{ startMs: 0, endMs: 900, text: 'Mine' }] };
  const open = { texts, facts, withheld: { alt: { by: 'jwt:ann', at: 0, reason: 'wrong' } } };
  const [mine, theirs] = await Promise.all([readyRecord(MINE, open), readyRecord(THEIRS, open)]);
  return { ask: api([mine, theirs]).ask, mine: mine.id, theirs: theirs.id };
};

const expectedStatus = ({ scopes }: Caller, route: (typeof ROUTES)[number]): number => {
  if (scopes === 'none') return UNAUTHENTICATED;
  return scopes.includes(route.scope) ? (SUCCESS[routeName(route)] ?? OK) : FORBIDDEN;
};

const matrix = async (): Promise<Check[]> => {
  const checks: Check[] = [];
  for (const caller of callers) {
    for (const route of ROUTES) {
      const { ask, mine } = await world();
      const body = BODIES[routeName(route)];
      const query = QUERIES[routeName(route)];
      const { statusCode, json } = await ask(route.method, route.path.replace('{id}', mine).replace('{field}', 'title'), {
        as: caller.as ?? {},
        headers: ANY_STATE,
        ...(body && { body }),
        ...(query !== undefined && { query }),
      });
      const named = statusCode !== FORBIDDEN || json.scope === route.scope;
      checks.push({ what: `${caller.name}: ${routeName(route)}`, right: statusCode === expectedStatus(caller, route) && named });
    }
  }
  return checks;
};

/** Requests about another's record and about one that never was; the answers must be the same. */
const twins = (theirs: string): [method: string, there: [string, Asked], nowhere: [string, Asked]][] => {
  const unknown = 'x'.repeat(22);
  const query = (text: string): Asked => ({ query: text });
  const edits: [string, string, (object | undefined)?][] = [
    ['PUT', '/v1/images/{id}/texts/title', BODIES['PUT /v1/images/{id}/texts/{field}']],
    ['DELETE', '/v1/images/{id}/texts/title'],
    ['POST', '/v1/images/{id}/review', BODIES['POST /v1/images/{id}/review']],
    ['PUT', '/v1/images/{id}/product', BODIES['PUT /v1/images/{id}/product']],
    ['GET', '/v1/images/{id}/history'],
    ['GET', '/v1/images/{id}/speech'],
    ['POST', '/v1/images/{id}/translations', BODIES['POST /v1/images/{id}/translations']],
  ];
  return [
    ['GET', [`/v1/images/${theirs}`, {}], [`/v1/images/${unknown}`, {}]],
    ['GET', [`/v1/images/${theirs}/alt`, {}], [`/v1/images/${unknown}/alt`, {}]],
    ['DELETE', [`/v1/images/${theirs}`, {}], [`/v1/images/${unknown}`, {}]],
    ['DELETE', [`/v1/images/${theirs}`, query('object=true')], [`/v1/images/${unknown}`, query('object=true')]],
    ...edits.map(([method, path, body]): ReturnType<typeof twins>[number] => [
      method,
      [path.replace('{id}', theirs), { headers: ANY_STATE, ...(body && { body }) }],
      [path.replace('{id}', unknown), { headers: ANY_STATE, ...(body && { body }) }],
    ]),
    ['GET', ['/v1/images', query(`key=${THEIRS}`)], ['/v1/images', query('key=nothing')]],
    ['GET', ['/v1/images', query('prefix=theirs/')], ['/v1/images', query('prefix=nothing/')]],
    ['POST', ['/v1/uploads', { body: { ...UPLOAD, key: THEIRS } }], ['/v1/uploads', { body: { ...UPLOAD, key: 'nothing' } }]],
  ];
};

const others = async (): Promise<Check[]> => {
  const { ask, theirs } = await world();
  const checks: Check[] = [];
  for (const [method, there, nowhere] of twins(theirs)) {
    const [a, b] = [
      await ask(method, there[0], { as: CALLERS.shop, ...there[1] }),
      await ask(method, nowhere[0], { as: CALLERS.shop, ...nowhere[1] }),
    ];
    checks.push({
      what: `${method} ${there[0]} of others`,
      right: isDeepStrictEqual(a, b) && [OK, FORBIDDEN, MISSING].includes(a.statusCode),
    });
  }
  const asked: [string, string, Asked][] = [
    ['GET', '/v1/images', {}],
    ['GET', '/v1/images', { query: `prefix=${THEIRS.slice(0, 3)}` }],
    ['GET', '/v1/changes', {}],
    ['GET', '/v1/review', {}],
    ['GET', '/v1/review', { query: 'prefix=theirs/' }],
    ['POST', '/v1/lookup', { body: { keys: [MINE, THEIRS] } }],
  ];
  for (const [method, path, rest] of asked) {
    const { statusCode, body } = await ask(method, path, { as: CALLERS.shop, ...rest });
    checks.push({
      what: `${method} ${path} hides others`,
      right: statusCode === OK && !body.includes(theirs) && !body.includes(`"bucket":"photos","key":"${THEIRS}`),
    });
  }
  const still = await ask('GET', `/v1/images/${theirs}`, { as: CALLERS.reader });
  return [...checks, { what: "others' record is untouched", right: still.statusCode === OK }];
};

/** All checks, with what each is about. */
export const authorizationChecks = async (): Promise<Check[]> => [...(await matrix()), ...(await others())];

const main = async (): Promise<void> => {
  const checks = await authorizationChecks();
  const wrong = checks.filter(({ right }) => !right);
  console.log(
    `figure 22 (handler): ${checks.length - wrong.length}/${checks.length} checks of ${callers.length} callers at ${ROUTES.length} routes are right`,
  );
  for (const { what } of wrong) console.log(`  wrong: ${what}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
};

if (import.meta.main) await main();
