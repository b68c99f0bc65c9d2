// What the HTTP app is given, and what each of its requests carries.
import type { Context } from 'hono';
import type { Lookup } from '../../core/lookup/lookup-ports.ts';
import type { Principal } from '../../core/lookup/principal.ts';
import type { Telemetry } from '../../core/ports.ts';
import type { RulePack } from '../../core/rules/rule-pack.ts';

/** A model package for readers: what it was made of and how good it is. */
export type ModelCard = { name: string; version: string; [fact: string]: unknown };

/** Everything behind the HTTP app. */
export type ApiService = {
  lookup: Lookup;
  modelCards: readonly ModelCard[];
  /** that images can be judged by */
  rulePacks: readonly RulePack[];
  telemetry: Pick<Telemetry, 'error'>;
};

/** `authorizer` is what API Gateway found out about the caller; without it the caller is nobody. */
export type ApiEnv = { Bindings: { authorizer?: unknown }; Variables: { principal: Principal } };

/** A request under way. */
export type ApiContext = Context<ApiEnv>;
