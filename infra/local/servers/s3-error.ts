// Errors of the object server as S3 names them, and the XML that they are answered with.
import { leaf, tag, XML_HEAD } from './xml.ts';

const STATUS = {
  AccessDenied: 403,
  AccessForbidden: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
} as const;

/** Codes of S3 that this server uses. */
export type S3Code = keyof typeof STATUS;

/** A request that is answered with an error; `headers` go with the answer. */
export class S3Error extends Error {
  readonly code: S3Code;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3Code, message: string, headers: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'S3Error';
    this.code = code;
    this.status = STATUS[code];
    this.headers = headers;
  }
}

const NO_ROOM = /ENOSPC|EDQUOT|SQLITE_FULL|database or disk is full/;
const NO_HANDLES = /EMFILE|ENFILE|unable to open database file/;

/** Any thrown value as an answer; texts of libraries do not go out. */
export const asS3Error = (thrown: unknown): S3Error => {
  if (thrown instanceof S3Error) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (NO_ROOM.test(text)) return new S3Error('InsufficientStorage', 'There is no room left on the disk.', {}, thrown);
  if (NO_HANDLES.test(text)) return new S3Error('SlowDown', 'Too many files are open. Please try again.', {}, thrown);
  return new S3Error('InternalError', 'We encountered an internal error. Please try again.', {}, thrown);
};

/** Body of the answer. */
export const errorXml = (error: S3Error, resource: string, requestId: string): string =>
  XML_HEAD +
  tag('Error', leaf('Code', error.code), leaf('Message', error.message), leaf('Resource', resource), leaf('RequestId', requestId));
