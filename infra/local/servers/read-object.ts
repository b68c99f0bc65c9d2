// GetObject and HeadObject.
import { checkRead, rangeOf } from './conditions.ts';
import { openContent, readContent } from './content-folder.ts';
import { type Answer, bucketOf, type ObjectContext, versionHeader } from './object-context.ts';
import type { StoredVersion } from './object-database.ts';
import { headerValue, queryValue, type S3Request } from './raw-request.ts';
import { S3Error } from './s3-error.ts';

const MARKER = { 'x-amz-delete-marker': 'true' };

const findVersion = (context: ObjectContext, request: S3Request): StoredVersion => {
  bucketOf(context, request.bucket);
  const versionId = queryValue(request, 'versionId');
  const found =
    versionId === undefined
      ? context.index.latest(request.bucket, request.key)
      : context.index.version(request.bucket, request.key, versionId);
  if (found?.isMarker) {
    const headers = { ...MARKER, ...versionHeader(found) };
    if (versionId !== undefined) throw new S3Error('MethodNotAllowed', 'The specified method is not allowed.', headers);
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', headers);
  }
  if (found) return found;
  if (versionId !== undefined) throw new S3Error('NoSuchVersion', 'The specified version does not exist.');
  throw new S3Error('NoSuchKey', 'The specified key does not exist.');
};

const checksumHeaders = (found: StoredVersion): Record<string, string> => {
  const { type, ...values } = found.checksums;
  const headers = Object.entries(values).map(([name, value]) => [`x-amz-checksum-${name}`, value]);
  return headers.length === 0 ? {} : { ...Object.fromEntries(headers), 'x-amz-checksum-type': type ?? 'FULL_OBJECT' };
};

/** Headers that a signed request may set by a query parameter. */
const SET_BY_QUERY = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];

const isSigned = (request: S3Request): boolean =>
  request.http.headers.authorization !== undefined || headerValue(request, 'x-amz-signature') !== undefined;

const headersByQuery = (request: S3Request): Record<string, string> => {
  const set = SET_BY_QUERY.flatMap((name): [string, string][] => {
    const value = queryValue(request, `response-${name}`);
    return value === undefined ? [] : [[name, value]];
  });
  if (set.length > 0 && !isSigned(request)) {
    throw new S3Error('InvalidRequest', 'Request specific response headers cannot be used for anonymous GET requests.');
  }
  return Object.fromEntries(set);
};

/** The object's headers; `partial`: without checksums, which cover the whole. */
const headersOf = (request: S3Request, found: StoredVersion, partial: boolean): Record<string, string> => ({
  ...found.headers,
  ...headersByQuery(request),
  etag: `"${found.etag}"`,
  'last-modified': new Date(found.at).toUTCString(),
  'accept-ranges': 'bytes',
  ...versionHeader(found),
  ...(!partial && headerValue(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && checksumHeaders(found)),
});

// a file may go between the look-up and the opening when the object is replaced: then look again
const openVersion = async (context: ObjectContext, request: S3Request) => {
  for (;;) {
    const found = findVersion(context, request);
    try {
      return { found, handles: request.method === 'HEAD' ? [] : await openContent(context.contentFolder, found.segments) };
    } catch (thrown) {
      if (findVersion(context, request).sequencer === found.sequencer) throw thrown;
    }
  }
};

/** Answers GET and HEAD of an object. */
export const readObject = async (context: ObjectContext, request: S3Request): Promise<Answer> => {
  const { found, handles } = await openVersion(context, request);
  try {
    checkRead(request, found, headersOf(request, found, true));
    const range = rangeOf(request, found.size);
    const { from, to } = range ?? { from: 0, to: found.size - 1 };
    const headers = { ...headersOf(request, found, range !== undefined), 'content-length': String(to - from + 1) };
    const contentRange = range && { 'content-range': `bytes ${from}-${to}/${found.size}` };
    return {
      status: range ? 206 : 200,
      headers: { ...headers, ...contentRange },
      ...(request.method === 'GET' && { body: readContent(handles, found.segments, from, to) }),
    };
  } catch (thrown) {
    await Promise.all(handles.map((handle) => handle.close()));
    throw thrown;
  }
};
