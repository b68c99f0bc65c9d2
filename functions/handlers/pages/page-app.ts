// The page as a Hono app: who asks, by their session; whether they may; the route's answer; and every error as a page.
import { Hono, type MiddlewareHandler } from 'hono';
import { PAGE_ROUTES, type PageRoute, pageRouteName } from '../../core/lookup/page-routes.ts';
import { requireScope } from '../../core/lookup/principal.ts';
import { problemCode } from '../http/problems.ts';
import { errorPage } from './error-page.ts';
import { setCommonHeaders } from './headers.ts';
import { PAGE_ANSWERS } from './page-answers.ts';
import type { PageEnv, PageService } from './page-env.ts';
import { requireSameOrigin } from './same-origin.ts';
import { signedIn } from './session-pages.ts';

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const guarded =
  (route: PageRoute, service: PageService): MiddlewareHandler<PageEnv> =>
  async (c, next) => {
    c.set('service', service);
    setCommonHeaders(c);
    if (route.method === 'POST') requireSameOrigin(c);
    if (route.scope !== undefined) {
      const principal = await signedIn(c);
      c.set('principal', principal);
      requireScope(principal, route.scope);
    }
    await next();
  };

/** The app; it answers `PAGE_ROUTES` and nothing else. It reads the session cookie only, and nothing that an authorizer says. */
export const pageApp = (service: PageService): Hono<PageEnv> => {
  const app = new Hono<PageEnv>();
  for (const route of PAGE_ROUTES) app.on(route.method, honoPath(route.path), guarded(route, service), PAGE_ANSWERS[pageRouteName(route)]);
  app.onError((thrown, c) => {
    const code = problemCode(thrown);
    if (code === 'INTERNAL' || code === 'UNAVAILABLE') service.telemetry.error('a page failed', { code }, thrown);
    return errorPage(c, thrown);
  });
  return app;
};
