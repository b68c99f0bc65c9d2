// Refuses forms and calls that other sites make with a visitor's cookie: Fetch metadata, or the Origin of older browsers.
// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
import { RequestError } from '../../core/lookup/request-error.ts';
import { isHttps } from './headers.ts';
import type { PageContext } from './page-env.ts';

const isSameOrigin = (c: PageContext): boolean => {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const [origin, host] = [c.req.header('origin'), c.req.header('host')];
  return host !== undefined && host !== '' && origin === `${isHttps(c) ? 'https' : 'http'}://${host}`;
};

/** @throws RequestError CROSS_SITE unless a page of this very origin asks */
export const requireSameOrigin = (c: PageContext): void => {
  if (!isSameOrigin(c)) throw new RequestError('CROSS_SITE', 'only pages of this site may send this');
};
