// The HTTP routes of speech and of translation.
import type { ApiRoute, NameOf } from '../lookup/routes.ts';

/** These routes; in `ROUTES`, too. */
export const SPEECH_ROUTES = [
  { method: 'GET', path: '/v1/images/{id}/speech', scope: 'captions:read' },
  { method: 'POST', path: '/v1/images/{id}/translations', scope: 'captions:write' },
] as const satisfies readonly ApiRoute[];

/** The name of one of these routes. */
export type SpeechRouteName = NameOf<(typeof SPEECH_ROUTES)[number]>;
