// The HTTP routes of the metadata API. The stack makes API Gateway routes of them, the HTTP app answers them; a test holds both together.
import { EDIT_ROUTES } from '../edit/edit-routes.ts';
import { RULES_ROUTES } from '../rules/rules-routes.ts';
import { SPEECH_ROUTES } from '../speech/speech-routes.ts';
import { VIDEO_ROUTES } from '../video/video-routes.ts';

/** What a caller may do. */
export const SCOPES = ['captions:read', 'captions:write'] as const;

/** An entry of `SCOPES`. */
export type Scope = (typeof SCOPES)[number];

/** A route; `path` in the form of API Gateway and OpenAPI: `{name}` is one segment. */
export type ApiRoute = { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string; scope: Scope };

/** All routes. Every one needs authorization. */
export const ROUTES = [
  { method: 'GET', path: '/v1/images/{id}', scope: 'captions:read' },
  { method: 'GET', path: '/v1/images', scope: 'captions:read' },
  { method: 'POST', path: '/v1/lookup', scope: 'captions:read' },
  { method: 'GET', path: '/v1/images/{id}/alt', scope: 'captions:read' },
  { method: 'GET', path: '/v1/images/{id}/seo', scope: 'captions:read' },
  { method: 'GET', path: '/v1/sitemap-images.xml', scope: 'captions:read' },
  { method: 'GET', path: '/v1/report', scope: 'captions:read' },
  { method: 'GET', path: '/v1/changes', scope: 'captions:read' },
  { method: 'POST', path: '/v1/uploads', scope: 'captions:write' },
  { method: 'DELETE', path: '/v1/images/{id}', scope: 'captions:write' },
  ...EDIT_ROUTES,
  ...SPEECH_ROUTES,
  ...RULES_ROUTES,
  ...VIDEO_ROUTES,
  { method: 'GET', path: '/v1/model', scope: 'captions:read' },
  { method: 'GET', path: '/healthz', scope: 'captions:read' },
  { method: 'GET', path: '/openapi.json', scope: 'captions:read' },
] as const satisfies readonly ApiRoute[];

/** A route's name. */
export type NameOf<R extends ApiRoute> = R extends ApiRoute ? `${R['method']} ${R['path']}` : never;

/** A route's name, as API Gateway writes its route key: `GET /v1/images/{id}`. */
export type RouteName = NameOf<(typeof ROUTES)[number]>;

/** The name of one of `ROUTES`. */
export const routeName = ({ method, path }: (typeof ROUTES)[number]): RouteName => `${method} ${path}` as RouteName;
