// Signing in and out: a token becomes the session cookie, after it has been verified; nothing is kept on the server.
import { html } from 'hono/html';
import * as z from 'zod';
import type { Principal } from '../../core/lookup/principal.ts';
import { RequestError } from '../../core/lookup/request-error.ts';
import { isToken, principalOfToken, type VerifiedToken } from '../../core/lookup/session.ts';
import { readForm } from '../http/read-request.ts';
import { type Markup, page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import { clearCookie, cookieToken, hasCookie, setCookie } from './session-cookie.ts';

const MS_PER_S = 1000;
const UNAUTHORIZED = 401;
const SEE_OTHER = 303;

/** Where to go after signing in: a page of this site, never another site's address. */
const PLACE = /^\/(?!\/)[\w/-]*(?:\?[\w=&%.~+-]*)?$/;
const HOME = '/';

const tokenForm = z.strictObject({ token: z.string(), to: z.string().regex(PLACE, 'is no page of this site').default(HOME) });

/** The page that was asked for, as far as it is one to come back to. */
const placeOf = (c: PageContext): string => {
  const { pathname, search } = new URL(c.req.url);
  const place = `${pathname}${search}`;
  return c.req.method === 'GET' && PLACE.test(place) ? place : HOME;
};

/** Browsers send a strict cookie with no link of another site, so someone who is signed in may see this page. */
const again = (c: PageContext, place: string): Markup =>
  c.req.header('sec-fetch-site') === 'cross-site'
    ? html`<p>Are you signed in already? You came by a link of another site: <a href="${place}">go on to the page</a>.</p>`
    : html``;

const alertOf = (told: string | undefined): Markup =>
  told === undefined ? html`` : html`<p class="notice warn" id="wrong" role="alert">${told}</p>`;

/** Signs in. `told`: what was wrong; `invalid`: with the token that was sent. */
const form = (
  place: string,
  told: string | undefined,
  invalid: boolean,
): Markup => html`<form class="panel narrow" method="post" action="/session">
<label for="token">Access token</label>
<p class="hint" id="token-hint">The token that your programs use for the API. It stays in a cookie of this site until it expires or you sign out.</p>
<input type="hidden" name="to" value="${place}">
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required aria-describedby="token-hint${told === undefined ? '' : ' wrong'}"${invalid ? html` aria-invalid="true"` : ''}>
<button>Sign in</button>
</form>`;

/** The page to sign in with, which everyone may see. `wrong`: what was wrong with the token that was sent. */
export const signInPage = async (c: PageContext, wrong?: { text: string; place: string }): Promise<Response> => {
  const ended = wrong === undefined && hasCookie(c);
  if (ended) clearCookie(c);
  const told = wrong?.text ?? (ended ? 'Your session has ended. Sign in again.' : undefined);
  const place = wrong?.place ?? placeOf(c);
  c.header('WWW-Authenticate', 'Bearer');
  const main = html`<h1>Sign in</h1>
${alertOf(told)}
${form(place, told, wrong !== undefined)}
${again(c, place)}`;
  return page(c, { title: 'Sign in', main, status: UNAUTHORIZED, plain: true });
};

/** The caller of a page. @throws RequestError UNAUTHENTICATED; CodedError UNAVAILABLE */
export const signedIn = async (c: PageContext): Promise<Principal> => {
  const token = cookieToken(c);
  const found = token === undefined ? undefined : await c.var.service.verifyToken(token);
  if (found === undefined) throw new RequestError('UNAUTHENTICATED', 'sign in first');
  return principalOfToken(found);
};

const isSomebody = (token: VerifiedToken): boolean => {
  try {
    principalOfToken(token);
    return true;
  } catch {
    return false;
  }
};

const NOT_A_TOKEN = 'This is not a token that can be used here: it may have expired, or be made for something else.';

const verified = async (c: PageContext, token: string): Promise<VerifiedToken | undefined> => {
  const found = isToken(token) ? await c.var.service.verifyToken(token) : undefined;
  return found !== undefined && isSomebody(found) ? found : undefined;
};

/** POST /session: signs in. */
export const signIn = async (c: PageContext): Promise<Response> => {
  const { token, to } = await readForm(c, tokenForm);
  const given = token.trim();
  const found = await verified(c, given);
  if (found === undefined) return signInPage(c, { text: NOT_A_TOKEN, place: to });
  setCookie(c, given, (found.expiresAt - c.var.service.lookup.clock()) / MS_PER_S);
  return c.redirect(to, SEE_OTHER);
};

/** POST /session/end: signs out. */
export const signOut = (c: PageContext): Response => {
  clearCookie(c);
  // pictures and speech that the browser keeps are not for who uses it next
  c.header('Clear-Site-Data', '"cache"');
  return c.redirect(HOME, SEE_OTHER);
};
