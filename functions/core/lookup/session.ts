// The session of someone at the page: their own token, kept in a cookie, verified by the function, with the same rights as at the API.
import { type Principal, principalOf } from './principal.ts';

/** What a token says, once its signature, issuer, audience and time have been checked; `expiresAt` in ms since 1970. */
export type VerifiedToken = { claims: Readonly<Record<string, unknown>>; expiresAt: number };

/** Checks a token; undefined for one that may not be used here. @throws CodedError UNAVAILABLE when the issuer's keys cannot be read */
export type VerifyToken = (token: string) => Promise<VerifiedToken | undefined>;

/** The session's cookie over http. Browsers share cookies between all ports of a machine, where many a program calls its own `session`. */
export const SESSION_COOKIE = 'caption-session';

/** Most characters of a token in a cookie: browsers keep 4,096 bytes of name, value and attributes (RFC 6265, section 6.1). */
export const MAX_TOKEN_CHARS = 3_800;

/** Three parts in base64url (RFC 7515, section 7.1): nothing else may be written into a cookie. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Whether a text has the form and a length that a session can have. */
export const isToken = (text: string): boolean => text.length <= MAX_TOKEN_CHARS && TOKEN.test(text);

/** A claim as API Gateway gives it to a function: always text, lists in brackets. */
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.join(' ')}]`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

/** The caller that API Gateway's authorizer would make of the token. @throws RequestError UNAUTHENTICATED */
export const principalOfToken = ({ claims }: VerifiedToken): Principal =>
  principalOf({ jwt: { claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)])) } });
