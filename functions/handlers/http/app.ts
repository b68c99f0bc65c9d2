// The metadata API as a Hono app: who calls, whether they may, the route's answer, and every error as a problem.
import { Hono } from 'hono';
import { principalOf, requireScope } from '../../core/lookup/principal.ts';
import { RequestError } from '../../core/lookup/request-error.ts';
import { ROUTES, routeName } from '../../core/lookup/routes.ts';
import { pageApp } from '../pages/page-app.ts';
import type { PageService } from '../pages/page-env.ts';
import { answersOf } from './answers.ts';
import type { ApiEnv, ApiService } from './api-env.ts';
import { problemCode, problemResponse } from './problems.ts';

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const pathPattern = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

const PATTERNS = ROUTES.map(({ method, path }) => ({ method, pattern: pathPattern(path) }));

const methodsOf = (path: string): string[] => PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);

/** The app; it answers `ROUTES`, with a page `PAGE_ROUTES`, and nothing else. */
export const lookupApp = (service: ApiService, page?: Omit<PageService, keyof ApiService>): Hono<ApiEnv> => {
  const app = new Hono<ApiEnv>();
  // before what follows, which asks for an authorizer's word
  if (page !== undefined) app.route('/', pageApp({ ...service, ...page }));
  const answers = answersOf(service);
  app.use(async (c, next) => {
    c.set('principal', principalOf(c.env?.authorizer));
    c.header('Cache-Control', 'no-store');
    c.header('Vary', 'Authorization');
    await next();
  });
  for (const route of ROUTES) {
    app.on(route.method, honoPath(route.path), (c) => {
      requireScope(c.get('principal'), route.scope);
      return answers[routeName(route)](c);
    });
  }
  app.notFound((c) => {
    const allowed = methodsOf(c.req.path);
    if (allowed.length === 0) return problemResponse(new RequestError('NOT_FOUND', 'there is no such route'));
    const allow = allowed.join(', ');
    return problemResponse(new RequestError('METHOD_NOT_ALLOWED', `this takes ${allow}`), { Allow: allow });
  });
  app.onError((thrown) => {
    const code = problemCode(thrown);
    if (code === 'INTERNAL' || code === 'UNAVAILABLE') service.telemetry.error('a request failed', { code }, thrown);
    return problemResponse(thrown);
  });
  return app;
};
