// The HTTP routes of edits and reviews.
import type { ApiRoute, NameOf } from '../lookup/routes.ts';

/** These routes; in `ROUTES`, too. */
export const EDIT_ROUTES = [
  { method: 'PUT', path: '/v1/images/{id}/texts/{field}', scope: 'captions:write' },
  { method: 'DELETE', path: '/v1/images/{id}/texts/{field}', scope: 'captions:write' },
  { method: 'POST', path: '/v1/images/{id}/review', scope: 'captions:write' },
  { method: 'PUT', path: '/v1/images/{id}/product', scope: 'captions:write' },
  { method: 'GET', path: '/v1/review', scope: 'captions:read' },
  { method: 'GET', path: '/v1/images/{id}/history', scope: 'captions:read' },
] as const satisfies readonly ApiRoute[];

/** The name of one of these routes. */
export type EditRouteName = NameOf<(typeof EDIT_ROUTES)[number]>;
