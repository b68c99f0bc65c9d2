// The JWT authorizer of an HTTP API, with the keys of this machine; and open mode, where the loopback page needs no token.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
import type { IncomingHttpHeaders } from 'node:http';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { SCOPES } from '../../functions/core/lookup/routes.ts';
import type { AuthorizerPlan } from './api.ts';
import { THIS_MACHINE } from './issuer.ts';

/** What API Gateway tells a function about the caller. */
export type Caller = { claims: Record<string, string>; scopes: string[] | null };

/** The caller, or the status of the refusal. */
export type Decision = Caller | 401 | 403;

/** Decides about one request to a route that needs one of `scopes`. */
export type Authorize = (headers: IncomingHttpHeaders, scopes: readonly string[]) => Promise<Decision>;

/** Tokens whose signature has been checked. */
const MAX_REMEMBERED = 1000;
const MS_PER_S = 1000;

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** API Gateway gives every claim as text, lists in brackets. */
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

const callerOf = (payload: JWTPayload, needed: readonly string[]): Decision => {
  const held = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
  if (needed.length > 0 && !needed.some((scope) => held.includes(scope))) return 403;
  const claims = Object.entries(payload).map(([name, value]) => [name, claimText(value)]);
  return { claims: Object.fromEntries(claims), scopes: needed.length > 0 ? [...needed] : null };
};

/** Whether a request without a token comes from this machine's own page or command line, and not from a page elsewhere. */
export const isOwn = (headers: IncomingHttpHeaders, port: number): boolean => {
  const own = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  if (!own.includes(headers.host ?? '')) return false;
  // browsers name no origin when a page embeds what it may not read; following a link is no embedding
  const embedded = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site'])) && headers['sec-fetch-mode'] !== 'navigate';
  if (embedded) return false;
  return headers.origin === undefined || own.some((address) => headers.origin === `http://${address}`);
};

/** The authorizer; `openOn`: the port on which requests of this machine need no token. */
export const authorizerOf = ({ issuer, audience }: AuthorizerPlan, jwks: JSONWebKeySet, openOn: number | undefined): Authorize => {
  const keys = createLocalJWKSet(jwks);
  const verify = async (token: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'], requiredClaims: ['exp'] });
    return payload;
  };
  const remembered = new Map<string, JWTPayload>();
  /** A signature is checked once, the time of a token always. */
  const payloadOf = async (token: string): Promise<JWTPayload> => {
    const known = remembered.get(token);
    if (known?.exp !== undefined && known.exp * MS_PER_S > Date.now()) return known;
    const payload = await verify(token);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(token, payload);
    return payload;
  };
  return async (headers, scopes) => {
    if (headers.authorization === undefined) {
      const open = openOn !== undefined && isOwn(headers, openOn);
      return open ? callerOf({ sub: THIS_MACHINE, scope: SCOPES.join(' ') }, scopes) : 401;
    }
    try {
      return callerOf(await payloadOf(headers.authorization.replace(/^Bearer /i, '')), scopes);
    } catch {
      return 401;
    }
  };
};
