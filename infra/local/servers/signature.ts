// Verifies AWS Signature Version 4 of a request: in the Authorization header or in the query of a presigned URL.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { headerValue, percentEncoded, queryValue, type S3Request } from './raw-request.ts';
import { S3Error } from './s3-error.ts';
import type { Credentials } from './server-types.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_S = 7 * 24 * 3600;

/** What the signatures of chunks in a signed stream go on from. */
export type SignedSeed = { key: Buffer; date: string; scope: string; signature: string };

type Claim = {
  credential: string;
  signedHeaders: string[];
  signature: string;
  date: string;
  payload: string;
  expiresS?: number;
};

const sha256Hex = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** HMAC-SHA256 in hex of a string to sign. */
export const signatureOf = (key: Buffer, stringToSign: string): string => hmac(key, stringToSign).toString('hex');

/** Compares signatures without telling by time where they differ. */
export const sameSignature = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

const fromHeader = (request: S3Request, authorization: string): Claim => {
  const parts = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((part): [string, string] => {
        const at = part.indexOf('=');
        return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      }),
  );
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) => parts.get(name));
  const date = headerValue(request, 'x-amz-date');
  const payload = headerValue(request, 'x-amz-content-sha256');
  if (!authorization.startsWith(`${ALGORITHM} `) || !credential || !signedHeaders || !signature || !date || !payload) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  }
  return { credential, signedHeaders: signedHeaders.split(';'), signature, date, payload };
};

const fromQuery = (request: S3Request): Claim => {
  const named = (name: string): string => queryValue(request, `X-Amz-${name}`) ?? '';
  const expiresS = Number(named('Expires'));
  const isWhole = named('Expires') !== '' && Number.isInteger(expiresS) && expiresS >= 0 && expiresS <= MAX_EXPIRES_S;
  const complete = ['Credential', 'SignedHeaders', 'Signature', 'Date'].every((name) => named(name) !== '');
  if (named('Algorithm') !== ALGORITHM || !complete || !isWhole) {
    throw new S3Error('AuthorizationQueryParametersError', 'Query-string authentication requires the X-Amz-* parameters of version 4.');
  }
  return {
    credential: named('Credential'),
    signedHeaders: named('SignedHeaders').split(';'),
    signature: named('Signature'),
    date: named('Date'),
    payload: headerValue(request, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
    expiresS,
  };
};

const timeOf = (date: string): number => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw new S3Error('AccessDenied', 'AWS authentication requires a valid date.');
  return time;
};

const checkTime = (claim: Claim, now: number): void => {
  const signedAt = timeOf(claim.date);
  if (claim.expiresS === undefined) {
    if (Math.abs(now - signedAt) > MAX_SKEW_MS) {
      throw new S3Error('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.');
    }
    return;
  }
  if (signedAt > now + MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid');
  if (now > signedAt + claim.expiresS * 1000) throw new S3Error('AccessDenied', 'Request has expired');
};

const checkHeaders = (request: S3Request, claim: Claim): void => {
  const unsigned = Object.keys(request.http.headers).filter((name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name));
  if (unsigned.length > 0 || !claim.signedHeaders.includes('host')) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed');
  }
};

const canonicalRequest = (request: S3Request, claim: Claim): string => {
  const query = request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .toSorted(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const headers = claim.signedHeaders.map((name) => {
    const value = request.http.headersDistinct[name]?.join(',') ?? '';
    return `${name}:${value.trim().replace(/ +/g, ' ')}\n`;
  });
  return [
    request.method,
    percentEncoded(request.path, '/'),
    query.join('&'),
    headers.join(''),
    claim.signedHeaders.join(';'),
    claim.payload,
  ].join('\n');
};

/**
 * Verifies a request that carries a signature; undefined when it carries none. `now` in ms since 1970.
 * @throws S3Error what S3 answers to a signature that is malformed, expired, incomplete or wrong
 */
export const verifySignature = (request: S3Request, credentials: Credentials, now: number): SignedSeed | undefined => {
  const authorization = request.http.headers.authorization;
  const isPresigned = request.query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
  if (authorization === undefined && !isPresigned) return undefined;
  const claim = authorization === undefined ? fromQuery(request) : fromHeader(request, authorization);
  const [accessKeyId, day, region, service, end] = claim.credential.split('/');
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  if (service !== 's3' || end !== 'aws4_request' || !region || !day || !claim.date.startsWith(day)) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The credential scope is malformed.');
  }
  checkTime(claim, now);
  const key = [day, region, service, end].reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`) as Buffer;
  const scope = `${day}/${region}/${service}/${end}`;
  const stringToSign = [ALGORITHM, claim.date, scope, sha256Hex(canonicalRequest(request, claim))].join('\n');
  if (!sameSignature(signatureOf(key, stringToSign), claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.');
  }
  checkHeaders(request, claim);
  return { key, date: claim.date, scope, signature: claim.signature };
};
