// Conditions of requests on objects (RFC 9110), and the one range that a GET may ask for.
import type { StoredVersion } from './object-database.ts';
import { headerValue, type S3Request } from './raw-request.ts';
import { S3Error } from './s3-error.ts';

const failed = (): S3Error => new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');

const names = (header: string, etag: string): boolean =>
  header.split(',').some((part) =>
    ['*', etag].includes(
      part
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    ),
  );

// HTTP dates have whole seconds
const secondsOf = (date: string): number => Math.floor(Date.parse(date) / 1000);

/** Conditions of GET and HEAD. @throws S3Error PreconditionFailed, NotModified (with `headers`) */
export const checkRead = (request: S3Request, found: StoredVersion, headers: Record<string, string>): void => {
  const at = Math.floor(found.at / 1000);
  const [ifMatch, ifNoneMatch, ifModified, ifUnmodified] = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].map(
    (name) => headerValue(request, name),
  );
  if (ifMatch !== undefined ? !names(ifMatch, found.etag) : ifUnmodified !== undefined && at > secondsOf(ifUnmodified)) throw failed();
  if (ifNoneMatch !== undefined ? names(ifNoneMatch, found.etag) : ifModified !== undefined && at <= secondsOf(ifModified)) {
    throw new S3Error('NotModified', '', headers);
  }
};

/** Conditions of a PUT on what is there now. @throws S3Error PreconditionFailed, NoSuchKey */
export const checkWrite =
  (request: S3Request) =>
  (current?: StoredVersion): void => {
    const there = current?.isMarker ? undefined : current;
    const ifMatch = headerValue(request, 'if-match');
    const ifNoneMatch = headerValue(request, 'if-none-match');
    if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
      throw new S3Error('NotImplemented', 'If-None-Match of a write can only be *.');
    }
    if (ifNoneMatch !== undefined && there) throw failed();
    if (ifMatch === undefined) return;
    if (!there) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if (!names(ifMatch, there.etag)) throw failed();
  };

/** First and last byte that were asked for; undefined: all of it. @throws S3Error InvalidRange */
export const rangeOf = (request: S3Request, size: number): { from: number; to: number } | undefined => {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headerValue(request, 'range')?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const from = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (from >= size || (first === '' && Number(last) === 0)) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', { 'content-range': `bytes */${size}` });
  }
  return { from, to };
};
