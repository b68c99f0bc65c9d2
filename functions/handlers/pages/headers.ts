// Security headers of the page: nothing from elsewhere but pictures and videos of the bucket, no frames, no inline scripts and styles.
// https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
import type { PageContext } from './page-env.ts';

const YEAR_S = 31_536_000;

const policy = (bucket: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob:${bucket}`,
    `media-src 'self'${bucket}`,
    `connect-src 'self'${bucket}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Whether the browser came by https, as API Gateway says. */
export const isHttps = (c: PageContext): boolean => c.req.header('x-forwarded-proto') === 'https';

/** Headers of everything that the page answers. Who is not signed in gets other answers, so caches must tell them apart. */
export const setCommonHeaders = (c: PageContext): void => {
  c.header('Cache-Control', 'no-store');
  c.header('Vary', 'Cookie');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  // no-referrer would make browsers send the page's own forms with `Origin: null`
  c.header('Referrer-Policy', 'same-origin');
  c.header('X-Content-Type-Options', 'nosniff');
  if (isHttps(c)) c.header('Strict-Transport-Security', `max-age=${YEAR_S}`);
};

/** The policy of a page; `bucketOrigin` as in `PageService`, for a page with pictures. */
export const setContentPolicy = (c: PageContext, bucketOrigin?: string): void =>
  c.header('Content-Security-Policy', policy(bucketOrigin === undefined ? '' : ` ${bucketOrigin}`));
