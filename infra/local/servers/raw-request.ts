// A request to the object server, read from the raw URL: no URL parser touches the key, so `..`, `//` and the like stay as sent.
import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

/** Longest key in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;

/** A request with its decoded parts; `key` is '' for requests about a bucket, `bucket` '' for requests about none. */
export type S3Request = {
  readonly http: IncomingMessage;
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  /** path, percent-decoded */
  readonly path: Buffer;
  /** decoded names and values, in the order sent */
  readonly query: ReadonlyArray<readonly [name: string, value: string]>;
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of UTF-8 bytes. @throws S3Error InvalidURI */
export const textOfBytes = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new S3Error('InvalidURI', 'The specified URI is not valid UTF-8.');
  }
};

/** Bytes of percent-encoded text as it stands in a request line (one character a byte). @throws S3Error InvalidURI */
export const percentDecoded = (text: string): Buffer => {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  return Buffer.from(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
};

const UNRESERVED = /[A-Za-z0-9\-._~]/;

/** RFC 3986 encoding of bytes, as signatures and listings use it. */
export const percentEncoded = (bytes: Uint8Array | string, keep = ''): string => {
  let text = '';
  for (const byte of typeof bytes === 'string' ? Buffer.from(bytes) : bytes) {
    const character = String.fromCharCode(byte);
    text += UNRESERVED.test(character) || keep.includes(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
};

const queryOf = (text: string): (readonly [string, string])[] =>
  text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      const decoded = (part: string): string => textOfBytes(percentDecoded(part.replaceAll('+', ' ')));
      return [decoded(name), decoded(value)] as const;
    });

/** Bucket and key of `/bucket/key` as decoded bytes. @throws S3Error InvalidURI, KeyTooLongError */
export const bucketAndKey = (path: Buffer): { bucket: string; key: string } => {
  const end = path.indexOf('/', 1);
  const keyBytes = end < 0 ? Buffer.alloc(0) : path.subarray(end + 1);
  if (keyBytes.length > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long.');
  return { bucket: textOfBytes(path.subarray(1, end < 0 ? path.length : end)), key: textOfBytes(keyBytes) };
};

/** Reads the request line. @throws S3Error InvalidURI, KeyTooLongError */
export const readRequest = (http: IncomingMessage): S3Request => {
  const target = (http.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const mark = target.indexOf('?');
  const path = percentDecoded(mark < 0 ? target : target.slice(0, mark));
  if (path[0] !== '/'.charCodeAt(0)) throw new S3Error('InvalidURI', 'The specified URI is not a path.');
  return { http, method: http.method ?? 'GET', path, query: queryOf(mark < 0 ? '' : target.slice(mark + 1)), ...bucketAndKey(path) };
};

/** A query parameter. */
export const queryValue = (request: S3Request, name: string): string | undefined => request.query.find(([found]) => found === name)?.[1];

/** A header, or the query parameter of that name that a presigned URL carries in its place. */
export const headerValue = (request: S3Request, name: string): string | undefined => {
  const header = request.http.headers[name];
  if (header !== undefined) return Array.isArray(header) ? header.join(',') : header;
  return name.startsWith('x-amz-') ? request.query.find(([found]) => found.toLowerCase() === name)?.[1] : undefined;
};
