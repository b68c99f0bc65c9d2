// Who calls the metadata API, and what they may do and see: read from the authorizer part of an API Gateway request (payload 2.0).
import { RequestError } from './request-error.ts';
import { SCOPES, type Scope } from './routes.ts';

/** A caller. `prefixes`: sees and uploads only keys of the service's own bucket that start with one of them; absent: all keys. */
export type Principal = { id: string; scopes: readonly Scope[]; prefixes?: readonly string[] };

/** Most prefixes that a token may name: each may cost one query of a listing. */
export const MAX_PREFIXES = 50;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null ? (value as Fields) : undefined);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const unauthenticated = (why: string): RequestError => new RequestError('UNAUTHENTICATED', why);

/** Words of a claim; API Gateway writes a list as `[a b]`. */
const wordsOf = (claim: unknown): string[] => {
  if (typeof claim !== 'string') return [];
  return claim
    .replace(/^\[(.*)\]$/, '$1')
    .split(' ')
    .filter((word) => word !== '');
};

const prefixesOf = (claim: unknown): string[] => {
  if (typeof claim !== 'string') throw unauthenticated('the claim key_prefixes is no text');
  const words = claim.split(' ').filter((word) => word !== '');
  if (words.length > MAX_PREFIXES) throw unauthenticated(`the claim key_prefixes names more than ${MAX_PREFIXES} prefixes`);
  try {
    return words.map(decodeURIComponent);
  } catch {
    throw unauthenticated('the claim key_prefixes is not percent-encoded UTF-8');
  }
};

const ofToken = (claims: Fields): Principal => {
  const subject = textOf(claims.sub) ?? textOf(claims.client_id);
  if (subject === undefined) throw unauthenticated('the token names no subject');
  const words = wordsOf(claims.scope ?? claims.scp);
  const scopes = SCOPES.filter((scope) => words.includes(scope));
  const principal = { id: `jwt:${subject}`, scopes };
  return claims.key_prefixes === undefined ? principal : { ...principal, prefixes: prefixesOf(claims.key_prefixes) };
};

/** Callers with credentials of the account; what comes after the colon is a session's name and changes. */
const ofAccount = (iam: Fields): Principal => {
  const caller = textOf(iam.callerId)?.split(':')[0] ?? textOf(iam.userArn);
  if (caller === undefined) throw unauthenticated('the request names no caller');
  return { id: `iam:${caller}`, scopes: SCOPES };
};

/**
 * The caller, from `requestContext.authorizer`; whoever put it there has checked the token or the signature.
 * @throws RequestError UNAUTHENTICATED
 */
export const principalOf = (authorizer: unknown): Principal => {
  const found = fieldsOf(authorizer);
  const claims = fieldsOf(fieldsOf(found?.jwt)?.claims);
  if (claims !== undefined) return ofToken(claims);
  const iam = fieldsOf(found?.iam);
  if (iam !== undefined) return ofAccount(iam);
  throw unauthenticated('the request carries no authorization');
};

/** @throws RequestError SCOPE_MISSING naming the scope */
export const requireScope = (principal: Principal, scope: Scope): void => {
  if (!principal.scopes.includes(scope)) throw new RequestError('SCOPE_MISSING', `this needs the scope ${scope}`, { scope });
};

/** Whether a key of the service's own bucket is the caller's. */
export const ownsKey = (principal: Principal, key: string): boolean =>
  principal.prefixes === undefined || principal.prefixes.some((prefix) => key.startsWith(prefix));

/** Whether the record of an object is the caller's. Prefixes are of keys in `home`: those of other buckets may mean someone else there. */
export const ownsObject = (principal: Principal, object: { bucket: string; key: string }, home: string): boolean =>
  principal.prefixes === undefined || (object.bucket === home && ownsKey(principal, object.key));
