// What API Gateway is on AWS: the template's routes, authorizer and CORS before the lookup handler; and the issuer's public keys.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import { SESSION_COOKIE } from '../../functions/core/lookup/session.ts';
import type { ApiPlan, CorsPlan, RoutePlan } from './api.ts';
import { authorizerOf, isOwn } from './authorizer.ts';
import { gatewayEvent, type MatchedRoute, sendResult } from './gateway-event.ts';
import { JWKS_PATH } from './issuer.ts';
import { type ContextBasis, contextOf, type Handler } from './lambda-context.ts';
import { listenOnHeld } from './port.ts';

/** How the front runs. */
export type FrontPlan = {
  host: string;
  port: number;
  api: ApiPlan;
  jwks: JSONWebKeySet;
  /** requests of this machine need no token; those for pages are given this one as their session */
  ownToken?: string;
};

/** A running front. */
export type Front = { close(): Promise<void> };

/** API Gateway's limit. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** API Gateway waits no longer for a function. */
const MAX_INTEGRATION_MS = 30_000;
/** Time for connections to end by themselves when the front closes, in ms. */
const CLOSE_MS = 2000;

type CompiledRoute = RoutePlan & { form: RegExp; names: string[] };

const compile = (route: RoutePlan): CompiledRoute => {
  const names: string[] = [];
  const parts = route.path.split('/').map((part) => {
    const name = /^\{(\w+)(\+?)\}$/.exec(part);
    if (name === null) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(name[1] ?? '');
    return name[2] === '+' ? '(.+)' : '([^/]+)';
  });
  return { ...route, names, form: new RegExp(`^${parts.join('/')}$`) };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const matchRoute = (routes: readonly CompiledRoute[], method: string, path: string): MatchedRoute | undefined => {
  for (const route of routes) {
    const found = route.method === method ? route.form.exec(path) : null;
    if (found === null) continue;
    const parameters = route.names.map((name, at) => [name, decoded(found[at + 1] ?? '')]);
    return { ...route, parameters: Object.fromEntries(parameters) };
  }
  return undefined;
};

const refuse = (response: ServerResponse, status: number, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
};

const corsFor = (cors: CorsPlan | undefined, origin: string | undefined): CorsPlan | undefined =>
  origin !== undefined && cors?.origins.some((allowed) => allowed === '*' || allowed === origin) ? cors : undefined;

const setCors = (response: ServerResponse, cors: CorsPlan | undefined, origin = ''): void => {
  if (cors === undefined) return;
  response.setHeader('access-control-allow-origin', cors.origins.includes('*') ? '*' : origin);
  if (cors.exposed.length > 0) response.setHeader('access-control-expose-headers', cors.exposed.join(','));
  response.setHeader('vary', 'origin');
};

const answerPreflight = (response: ServerResponse, cors: CorsPlan): void => {
  response.writeHead(204, {
    'access-control-allow-methods': cors.methods.join(','),
    'access-control-allow-headers': cors.headers.join(','),
    'access-control-max-age': String(cors.maxAgeS),
  });
  response.end();
};

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const timedOut = Symbol('timed out');

const withinTime = async (work: unknown, ms: number): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<typeof timedOut>();
  const timer = setTimeout(() => resolve(timedOut), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

type Called = { handler: Handler; basis: ContextBasis; timeoutMs: number };

const splitUrl = (url: string): { path: string; query: string } => {
  const mark = url.indexOf('?');
  return mark === -1 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
};

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const REFUSALS = { 401: 'Unauthorized', 403: 'Forbidden' } as const;

const SESSION = new RegExp(`(?:^|;)\\s*${SESSION_COOKIE}=`);

/** The cookies of a request; one of this machine for a page, without a session, is given its own. */
const cookieOf = ({ headers }: IncomingMessage, { guarded }: RoutePlan, { ownToken, port }: FrontPlan): string | undefined => {
  if (guarded || ownToken === undefined || SESSION.test(headers.cookie ?? '') || !isOwn(headers, port)) return headers.cookie;
  return [...(headers.cookie === undefined ? [] : [headers.cookie]), `${SESSION_COOKIE}=${ownToken}`].join('; ');
};

/** Routes, authorizes and calls the function, as API Gateway would. */
const answeringApi = (plan: FrontPlan, { handler, basis, timeoutMs }: Called): Answer => {
  const routes = plan.api.routes.map(compile);
  const authorize = authorizerOf(plan.api.authorizer, plan.jwks, plan.ownToken === undefined ? undefined : plan.port);
  const limitMs = Math.min(timeoutMs, MAX_INTEGRATION_MS);

  return async (request, response) => {
    const { path, query } = splitUrl(request.url ?? '/');
    const route = matchRoute(routes, request.method ?? 'GET', path);
    if (route === undefined) return refuse(response, 404, 'Not Found');
    const caller = route.guarded ? await authorize(request.headers, route.scopes) : undefined;
    if (typeof caller === 'number') return refuse(response, caller, REFUSALS[caller]);
    const body = route.method === 'GET' ? Buffer.alloc(0) : await readBody(request);
    if (body === undefined) return refuse(response, 413, 'Request Entity Too Large');

    const event = gatewayEvent(request, {
      path,
      query,
      route,
      caller,
      cookie: cookieOf(request, route, plan),
      body,
      apiId: plan.api.apiId,
    });
    const context = contextOf(basis, Date.now() + limitMs, event.requestContext.requestId);
    const result = await withinTime(handler(event, context), limitMs);
    if (result === timedOut) return refuse(response, 503, 'Service Unavailable');
    sendResult(response, result);
  };
};

/** CORS and the issuer's keys first, then the API. */
const answering = (plan: FrontPlan, called: Called): Answer => {
  const answerApi = answeringApi(plan, called);
  return async (request, response) => {
    const { origin } = request.headers;
    const cors = corsFor(plan.api.cors, origin);
    setCors(response, cors, origin);
    if (request.method === 'OPTIONS' && cors !== undefined) return answerPreflight(response, cors);
    const { path } = splitUrl(request.url ?? '/');
    if (path !== JWKS_PATH) return answerApi(request, response);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(plan.jwks));
  };
};

/** Listens. @throws Error when the port stays taken */
export const startFront = async (plan: FrontPlan, called: Called): Promise<Front> => {
  const answer = answering(plan, called);
  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Internal Server Error');
    });
  });
  await listenOnHeld(server, plan.port, plan.host);
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref();
      }),
  };
};
