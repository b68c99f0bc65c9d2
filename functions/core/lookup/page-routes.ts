// The routes of the page: static files, pages, their forms, and what the page's script asks. The stack makes routes without an authorizer
// of them when the API takes tokens (a browser cannot send one with a link), so each that shows or changes data asks for a session itself.
import type { Scope } from './routes.ts';

/** A route of the page. `scope`: needs a session whose token has it; absent: for everyone, so without any data. */
export type PageRoute = { method: 'GET' | 'POST'; path: string; scope?: Scope };

/** All routes of the page. */
export const PAGE_ROUTES = [
  { method: 'GET', path: '/page.css' },
  { method: 'GET', path: '/page.js' },
  { method: 'GET', path: '/favicon.svg' },
  { method: 'GET', path: '/fill-alt.js' },
  { method: 'POST', path: '/session' },
  { method: 'POST', path: '/session/end' },
  { method: 'GET', path: '/', scope: 'captions:read' },
  { method: 'POST', path: '/uploads', scope: 'captions:write' },
  { method: 'GET', path: '/images/{id}', scope: 'captions:read' },
  { method: 'POST', path: '/images/{id}', scope: 'captions:write' },
  { method: 'GET', path: '/images/{id}/state', scope: 'captions:read' },
  { method: 'GET', path: '/images/{id}/picture', scope: 'captions:read' },
  { method: 'GET', path: '/images/{id}/descriptions.vtt', scope: 'captions:read' },
  { method: 'GET', path: '/images/{id}/speech', scope: 'captions:read' },
  { method: 'GET', path: '/review', scope: 'captions:read' },
  { method: 'POST', path: '/review', scope: 'captions:write' },
  { method: 'GET', path: '/report', scope: 'captions:read' },
  { method: 'GET', path: '/settings', scope: 'captions:read' },
  { method: 'GET', path: '/models', scope: 'captions:read' },
] as const satisfies readonly PageRoute[];

type NameOf<R extends PageRoute> = R extends PageRoute ? `${R['method']} ${R['path']}` : never;

/** A page route's name, as API Gateway writes its route key: `GET /images/{id}`. */
export type PageRouteName = NameOf<(typeof PAGE_ROUTES)[number]>;

/** The name of one of `PAGE_ROUTES`. */
export const pageRouteName = ({ method, path }: (typeof PAGE_ROUTES)[number]): PageRouteName => `${method} ${path}` as PageRouteName;
