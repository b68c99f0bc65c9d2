// The files of functions/web: kept for good under an address with their digest, asked for again with their strong entity tag otherwise.
import type { PageAnswer } from './page-env.ts';

const YEAR_S = 31_536_000;
const FOR_GOOD = `public, max-age=${YEAR_S}, immutable`;

const hasTag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;

/** Answers with the file of a path; `readers`: pages of this origin, or of all. */
export const staticFile =
  (path: string, readers: 'same-origin' | 'cross-origin' = 'same-origin'): PageAnswer =>
  (c) => {
    const file = c.var.service.files.get(path);
    if (file === undefined) throw new RangeError(`the bundle has no file ${path}`);
    const etag = `"${file.digest}"`;
    c.header('ETag', etag);
    c.header('Vary', undefined);
    c.header('Cross-Origin-Resource-Policy', readers);
    c.header('Cache-Control', c.req.query('v') === file.digest ? FOR_GOOD : 'no-cache');
    if (hasTag(c.req.header('if-none-match'), etag)) return c.body(null, 304);
    return c.body(file.content, 200, { 'Content-Type': file.type });
  };
