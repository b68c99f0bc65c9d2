// A page at an http(s) address: loaded with limits on time, size and redirects, and only if it is HTML.
import type { Page, Unreadable } from '../../core/audit/audit-ports.ts';
import { MAX_PAGE_BYTES, pageText } from './page-bytes.ts';

/** Time for a page, all redirects included, in ms. */
export const PAGE_TIMEOUT_MS = 20_000;

/** Redirects of one page: browsers stop at twenty, decent sites need one or two. */
export const MAX_REDIRECTS = 5;

/** Bounds of one page, for tests; others take the named ones. */
export type PageLimits = { timeoutMs: number; maxBytes: number; maxRedirects: number };

const LIMITS: PageLimits = { timeoutMs: PAGE_TIMEOUT_MS, maxBytes: MAX_PAGE_BYTES, maxRedirects: MAX_REDIRECTS };

const HTML_TYPES = ['text/html', 'application/xhtml+xml'];
const HEADERS = { accept: 'text/html,application/xhtml+xml;q=0.9', 'user-agent': 'caption-on-upload-audit' };
const FIRST_REDIRECT = 300;
const FIRST_ERROR = 400;
const MS_PER_S = 1_000;
const MEGABYTE = 1024 * 1024;

/** Why there is no page, in words that follow its address. */
class NoPage extends Error {}

const CHARSET = /charset\s*=\s*"?([\w-]+)/i;

const bytesOf = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) throw new NoPage(`has more than ${maxBytes / MEGABYTE} MB`);
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const pageOf = async (response: Response, maxBytes: number): Promise<string> => {
  if (!response.ok) throw new NoPage(`was answered with status ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  const isHtml = HTML_TYPES.includes(type.split(';')[0]?.trim().toLowerCase() ?? '');
  if (!isHtml) throw new NoPage(`is not HTML but ${type === '' ? 'of no stated type' : type}`);
  return pageText(await bytesOf(response, maxBytes), CHARSET.exec(type)?.[1]);
};

const isRedirect = ({ status }: Response): boolean => status >= FIRST_REDIRECT && status < FIRST_ERROR;

/** Where a redirect leads. @throws NoPage */
const nextOf = (response: Response, address: URL): URL => {
  const location = response.headers.get('location') ?? '';
  const next = location !== '' && URL.canParse(location, address.href) ? new URL(location, address.href) : undefined;
  if (next === undefined) throw new NoPage(`was answered with status ${response.status} and no address to go on to`);
  if (next.protocol !== 'http:' && next.protocol !== 'https:') throw new NoPage(`leads on to ${next.protocol}, which is not followed`);
  return next;
};

const load = async (address: URL, { timeoutMs, maxBytes, maxRedirects }: PageLimits): Promise<string> => {
  const signal = AbortSignal.timeout(timeoutMs);
  let at = address;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await fetch(at, { redirect: 'manual', headers: HEADERS, signal });
    try {
      if (!isRedirect(response)) return await pageOf(response, maxBytes);
      at = nextOf(response, at);
    } finally {
      if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
    }
  }
  throw new NoPage(`leads on more than ${maxRedirects} times`);
};

const whyOf = (thrown: unknown, { timeoutMs }: PageLimits): string => {
  if (thrown instanceof NoPage) return thrown.message;
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return `did not come within ${timeoutMs / MS_PER_S} s`;
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return `cannot be loaded (${code})`;
};

/** The page at an address; its name is the address as it was given. */
export const addressPage = async (target: string, limits: PageLimits = LIMITS): Promise<Page | Unreadable> => {
  if (!URL.canParse(target)) return { name: target, why: 'is not an address' };
  const address = new URL(target);
  if (address.username !== '' || address.password !== '') {
    address.username = '';
    address.password = '';
    return { name: address.href, why: 'was given with a name or password; audit what everyone sees, or a saved file' };
  }
  try {
    return { name: target, html: await load(address, limits) };
  } catch (thrown) {
    return { name: target, why: whyOf(thrown, limits) };
  }
};
