// The HTTP routes of publishing rules.
import type { ApiRoute, NameOf } from '../lookup/routes.ts';

/** These routes; in `ROUTES`, too. */
export const RULES_ROUTES = [
  { method: 'GET', path: '/v1/images/{id}/rules', scope: 'captions:read' },
] as const satisfies readonly ApiRoute[];

/** The name of one of these routes. */
export type RulesRouteName = NameOf<(typeof RULES_ROUTES)[number]>;
