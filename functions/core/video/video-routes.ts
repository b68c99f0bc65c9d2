// The HTTP route of videos.
import type { ApiRoute, NameOf } from '../lookup/routes.ts';

/** These routes; in `ROUTES`, too. */
export const VIDEO_ROUTES = [
  { method: 'GET', path: '/v1/images/{id}/descriptions.vtt', scope: 'captions:read' },
] as const satisfies readonly ApiRoute[];

/** The name of one of these routes. */
export type VideoRouteName = NameOf<(typeof VIDEO_ROUTES)[number]>;
