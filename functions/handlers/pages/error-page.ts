// Errors of pages as people read them: what happened, and what to do next. Calls of the page's script get problems as from the API.
import { html } from 'hono/html';
import { RequestError } from '../../core/lookup/request-error.ts';
import { PROBLEMS, type ProblemCode, problemCode, problemResponse } from '../http/problems.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import { signInPage } from './session-pages.ts';

type Words = { title: string; next: string };

/** Words for people; a code without them has its title from the API and the detail of its error. */
const WORDS: Partial<Record<ProblemCode, Words>> = {
  NOT_FOUND: { title: 'Not found', next: 'There is no such picture, or it is not yours to see. It may have been deleted.' },
  SCOPE_MISSING: { title: 'Not allowed', next: 'Your access token does not allow this. Ask for one that does, then sign in again.' },
  CROSS_SITE: { title: 'Refused', next: 'This came from another site, so nothing was changed. Open the page here and send it again.' },
  INTERNAL: { title: 'Something went wrong', next: 'This is not your fault. It has been logged. Try again in a moment.' },
  UNAVAILABLE: { title: 'Not available now', next: 'Nothing was changed. Try again in a moment.' },
  CONTENDED: { title: 'Too many changes at once', next: 'Others are changing this picture now. Try again in a moment.' },
};

const wordsOf = (code: ProblemCode, thrown: unknown): Words =>
  WORDS[code] ?? { title: PROBLEMS[code].title, next: thrown instanceof RequestError ? `${thrown.message}.` : '' };

/** Whether the page's script asks, which reads problems and shows them itself. */
const wantsJson = (c: PageContext): boolean => {
  const accept = c.req.header('accept') ?? '';
  return /\bapplication\/(?:problem\+)?json\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
};

/** An error as a response; `c` carries the headers of pages already. */
export const errorPage = async (c: PageContext, thrown: unknown): Promise<Response> => {
  const code = problemCode(thrown);
  if (wantsJson(c)) return problemResponse(thrown, Object.fromEntries(c.res.headers));
  if (code === 'UNAUTHENTICATED') return signInPage(c);
  const { title, next } = wordsOf(code, thrown);
  const main = html`<h1>${title}</h1>
<p>${next}</p>
<p><a href="/">Back to the pictures</a></p>`;
  return page(c, { title, main, status: PROBLEMS[code].status, plain: true });
};
