// The layout of every page: title, navigation with the current page marked (WCAG 2.4.1, 2.4.2, 2.4.8), main part.
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { setContentPolicy } from './headers.ts';
import type { PageContext } from './page-env.ts';

/** Markup made by hono's `html`, which escapes every value that is not markup itself. */
export type Markup = ReturnType<typeof html>;

/** A page. `main` holds one h1. `plain`: shows no pictures and takes none, so it needs nothing that may fail, and tells nobody of the bucket. */
export type PageParts = { title: string; main: Markup; status?: ContentfulStatusCode; plain?: boolean };

/** Pages of the navigation, in its order. */
const NAVIGATION: readonly { path: string; label: string }[] = [
  { path: '/', label: 'Pictures' },
  { path: '/review', label: 'Review' },
  { path: '/report', label: 'Report' },
  { path: '/models', label: 'Models' },
  { path: '/settings', label: 'Settings' },
];

const SITE = 'Caption on upload';

/** The address of a file of functions/web, by which browsers may keep it for good. */
const fileUrl = (c: PageContext, path: string): string => `${path}?v=${c.var.service.files.get(path)?.digest ?? ''}`;

const navigation = (here: string): Markup =>
  html`<nav aria-label="Main"><ul role="list">${NAVIGATION.map(
    ({ path, label }) => html`<li><a href="${path}"${path === here ? html` aria-current="page"` : ''}>${label}</a></li>`,
  )}</ul></nav>
<form method="post" action="/session/end"><button class="quiet">Sign out</button></form>`;

/** A page as a response. */
export const page = async (c: PageContext, { title, main, status = 200, plain = false }: PageParts): Promise<Response> => {
  const { pathname } = new URL(c.req.url);
  setContentPolicy(c, plain ? undefined : await c.var.service.bucketOrigin());
  return c.html(
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - ${SITE}</title>
<link rel="icon" href="${fileUrl(c, '/favicon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${fileUrl(c, '/page.css')}">
<script src="${fileUrl(c, '/page.js')}" type="module"></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="site"><p class="name">${SITE}</p>${c.get('principal') === undefined ? '' : navigation(pathname)}</header>
<main id="main" tabindex="-1">
${main}
</main>
<p id="live" class="unseen" role="status"></p>
</body>
</html>`,
    status,
  );
};
