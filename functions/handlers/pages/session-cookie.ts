// The cookie that holds the caller's token: for this host and this site only, never for scripts.
// https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis
import { isToken, SESSION_COOKIE } from '../../core/lookup/session.ts';
import { isHttps } from './headers.ts';
import type { PageContext } from './page-env.ts';

/** Browsers let only this host set a cookie with this prefix, and only over https: a sibling's cookie cannot take its place. */
const nameOf = (c: PageContext): string => (isHttps(c) ? '__Host-session' : SESSION_COOKIE);

const attributesOf = (c: PageContext): string => `Path=/; HttpOnly; SameSite=Strict${isHttps(c) ? '; Secure' : ''}`;

/** The token of the request's cookie; undefined when there is none, several, or one that cannot be a token. */
export const cookieToken = (c: PageContext): string | undefined => {
  const begin = `${nameOf(c)}=`;
  const found = (c.req.header('cookie') ?? '').split(';').flatMap((pair) => {
    const trimmed = pair.trim();
    return trimmed.startsWith(begin) ? [trimmed.slice(begin.length)] : [];
  });
  const [token] = found;
  return found.length === 1 && token !== undefined && isToken(token) ? token : undefined;
};

/** Whether the request brings a session cookie of any kind. */
export const hasCookie = (c: PageContext): boolean =>
  (c.req.header('cookie') ?? '').split(';').some((pair) => pair.trim().startsWith(`${nameOf(c)}=`));

/** Sets the cookie for `seconds`. `token` is one by `isToken`. */
export const setCookie = (c: PageContext, token: string, seconds: number): void =>
  c.header('Set-Cookie', `${nameOf(c)}=${token}; Max-Age=${Math.floor(seconds)}; ${attributesOf(c)}`);

/** Removes the cookie. */
export const clearCookie = (c: PageContext): void => c.header('Set-Cookie', `${nameOf(c)}=; Max-Age=0; ${attributesOf(c)}`);
