// Serves the page of functions/web: files of a fixed list, nothing else on the disk can be asked for.
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../functions/web/', import.meta.url));

const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
  { path: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
] as const;

/** The files of the page by path, with their headers. */
export type Page = ReadonlyMap<string, { content: Buffer; headers: Record<string, string> }>;

const policy = (uploadOrigin: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    `connect-src 'self' ${uploadOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Reads the page; it may send pictures to `uploadOrigin`. @throws Error when a file is missing */
export const readPage = async (uploadOrigin: string): Promise<Page> =>
  new Map(
    await Promise.all(
      FILES.map(async ({ path, file, type }) => {
        const content = await readFile(`${FOLDER}${file}`);
        const headers = {
          'content-type': type,
          'content-length': String(content.length),
          'cache-control': 'no-cache',
          'content-security-policy': policy(uploadOrigin),
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        };
        return [path, { content, headers }] as const;
      }),
    ),
  );

/** Answers when the request is for a file of the page. */
export const sendPage = (page: Page, method: string, path: string, response: ServerResponse): boolean => {
  const found = method === 'GET' || method === 'HEAD' ? page.get(path) : undefined;
  if (found === undefined) return false;
  response.writeHead(200, found.headers).end(method === 'HEAD' ? undefined : found.content);
  return true;
};
