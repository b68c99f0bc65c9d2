// Signing in and out: a token becomes the session cookie, after it has been verified; nothing is kept on the server.
import { html } from 'hono/html';
import * as z from 'zod';
import { RequestError } from '../../core/lookup/request-error.ts';
import { isToken, principalOfToken } from '../../core/lookup/session.ts';
import { readForm } from '../http/read-request.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import { clearCookie, cookieToken, hasCookie, setCookie } from './session-cookie.ts';

const MS_PER_S = 1000;
const UNAUTHORIZED = 401;
const SEE_OTHER = 303;

const tokenForm = z.strictObject({ token: z.string() });

/** The page to sign in with, which everyone may see. `wrong`: what was wrong with the token that was sent. */
export const signInPage = async (c: PageContext, wrong?: string): Promise<Response> => {
  const ended = wrong === undefined && hasCookie(c);
  if (ended) clearCookie(c);
  const told = wrong ?? (ended ? 'Your session has ended. Sign in again.' : undefined);
  const main = html`<h1>Sign in</h1>
${told === undefined ? '' : html`<p id="wrong" role="alert">${told}</p>`}
<form method="post" action="/session">
<label for="token">Access token</label>
<p id="token-hint">The token that your programs use for the API. It stays in a cookie of this site until it expires or you sign out.</p>
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required aria-describedby="token-hint${told === undefined ? '' : ' wrong'}"${wrong === undefined ? '' : html` aria-invalid="true"`}>
<button type="submit">Sign in</button>
</form>`;
  return page(c, { title: 'Sign in', main, status: UNAUTHORIZED, signedOut: true });
};

/** The caller of a page. @throws RequestError UNAUTHENTICATED; CodedError UNAVAILABLE */
export const signedIn = async (c: PageContext) => {
  const token = cookieToken(c);
  const verified = token === undefined ? undefined : await c.var.service.verifyToken(token);
  if (verified === undefined) throw new RequestError('UNAUTHENTICATED', 'sign in first');
  return principalOfToken(verified);
};

const NOT_A_TOKEN = 'This is not a token that can be used here: it may have expired, or be made for something else.';

/** POST /session: signs in. */
export const signIn = async (c: PageContext): Promise<Response> => {
  const { token } = await readForm(c, tokenForm);
  const given = token.trim();
  const verified = isToken(given) ? await c.var.service.verifyToken(given) : undefined;
  if (verified === undefined) return signInPage(c, NOT_A_TOKEN);
  principalOfToken(verified);
  setCookie(c, given, (verified.expiresAt - c.var.service.lookup.clock()) / MS_PER_S);
  return c.redirect('/', SEE_OTHER);
};

/** POST /session/end: signs out. */
export const signOut = (c: PageContext): Response => {
  clearCookie(c);
  return c.redirect('/', SEE_OTHER);
};
