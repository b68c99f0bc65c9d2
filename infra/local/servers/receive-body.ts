// Takes the body of a request to disk or memory and holds it against every length, digest and checksum that was sent with it.
import { type ChecksumName, type ChecksumValues, isChecksum } from './checksums.ts';
import { type Trailers, unchunked } from './chunked-body.ts';
import { type Segment, writeContent } from './content-folder.ts';
import { type Digests, digestBody } from './digest-body.ts';
import { headerValue, type S3Request } from './raw-request.ts';
import { S3Error } from './s3-error.ts';
import type { SignedSeed } from './signature.ts';

/** Largest body of one request: S3's bound for a PUT and for a part. */
const MAX_BODY_BYTES = 5 * 1024 ** 3;
const MAX_XML_BYTES = 8 * 1024 * 1024;
const HEX_SHA256 = /^[0-9a-f]{64}$/;

/** A body that arrived as it was announced. */
export type Received = { segment: Segment; md5: string; checksums: ChecksumValues };

const CHECKSUM_HEADER = 'x-amz-checksum-';
const NOT_A_VALUE = new Set(['algorithm', 'mode', 'type']);

/** Checksums that the request names: with a value, as a trailer, or to be computed. */
const namedChecksums = (request: S3Request): ChecksumName[] => {
  const names = [...Object.keys(request.http.headers), ...request.query.map(([name]) => name.toLowerCase())];
  const trailers = (headerValue(request, 'x-amz-trailer') ?? '').toLowerCase().split(',');
  const sent = [...names, ...trailers.map((name) => name.trim())]
    .filter((name) => name.startsWith(CHECKSUM_HEADER))
    .map((name) => name.slice(CHECKSUM_HEADER.length))
    .filter((name) => !NOT_A_VALUE.has(name));
  const asked = headerValue(request, 'x-amz-sdk-checksum-algorithm')?.toLowerCase();
  const all = [...new Set(asked === undefined ? sent : [...sent, asked])];
  const unknown = all.find((name) => !isChecksum(name));
  if (unknown !== undefined) throw new S3Error('NotImplemented', `The checksum ${unknown} is not supported here.`);
  return all.filter(isChecksum);
};

const isChunked = (request: S3Request): boolean =>
  (headerValue(request, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-') ||
  (request.http.headers['content-encoding'] ?? '').split(',').some((encoding) => encoding.trim() === 'aws-chunked');

const announcedBytes = (request: S3Request, maxBytes: number): number => {
  const { headers } = request.http;
  const text = isChunked(request) ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (text === undefined) throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  const bytes = Number(text);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new S3Error('InvalidArgument', 'The content length is not a number.');
  if (bytes > maxBytes) throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.');
  return bytes;
};

const contentOf = (request: S3Request, trailers: Trailers, seed: SignedSeed | undefined): AsyncIterable<Buffer> => {
  // leaving the loop early must not close the connection, an answer is still to be written
  const raw = { [Symbol.asyncIterator]: () => request.http.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer> };
  if (!isChunked(request)) return raw;
  const isSigned = headerValue(request, 'x-amz-content-sha256')?.startsWith('STREAMING-AWS4-HMAC-SHA256-') ?? false;
  return unchunked(raw, trailers, isSigned ? seed : undefined);
};

async function* upTo(maxBytes: number, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw wrongLength();
    yield chunk;
  }
}

const wrongLength = (): S3Error =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header.');

const checkDigests = (request: S3Request, announced: number, trailers: Trailers, found: Digests): void => {
  if (found.bytes !== announced) throw wrongLength();
  const md5 = headerValue(request, 'content-md5');
  if (md5 !== undefined && md5 !== Buffer.from(found.md5, 'hex').toString('base64')) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sha256 = headerValue(request, 'x-amz-content-sha256') ?? '';
  if (HEX_SHA256.test(sha256) && sha256 !== found.sha256) {
    throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  const announcedTrailers = (headerValue(request, 'x-amz-trailer') ?? '').toLowerCase().split(',');
  for (const [name, value] of Object.entries(found.checksums)) {
    const header = `${CHECKSUM_HEADER}${name}`;
    const sent = trailers.get(header) ?? headerValue(request, header);
    const isMissing = sent === undefined && announcedTrailers.some((trailer) => trailer.trim() === header);
    if (isMissing || (sent !== undefined && sent !== value)) {
      throw new S3Error('BadDigest', `The ${name.toUpperCase()} you specified did not match the calculated checksum.`);
    }
  }
};

const receive = async (
  request: S3Request,
  maxBytes: number,
  seed: SignedSeed | undefined,
  write: (bytes: Buffer) => unknown,
): Promise<Digests> => {
  const announced = announcedBytes(request, maxBytes);
  const trailers: Trailers = new Map();
  const checksums = namedChecksums(request);
  const sha256 = HEX_SHA256.test(headerValue(request, 'x-amz-content-sha256') ?? '');
  const body = upTo(announced, contentOf(request, trailers, seed));
  const found = await digestBody(body, { checksums, sha256, write });
  checkDigests(request, announced, trailers, found);
  return found;
};

/**
 * Streams the body to a new file in `folder`. The caller owns the file from then on.
 * @throws S3Error when it is not what was announced; then nothing is left on disk
 */
export const receiveToDisk = (request: S3Request, folder: string, seed: SignedSeed | undefined): Promise<Received> =>
  writeContent(folder, (write) => receive(request, MAX_BODY_BYTES, seed, write));

/** The body as text. @throws S3Error when it is not what was announced, or too large for a document */
export const receiveText = async (request: S3Request, seed: SignedSeed | undefined): Promise<string> => {
  const chunks: Buffer[] = [];
  await receive(request, MAX_XML_BYTES, seed, (bytes) => chunks.push(bytes));
  return Buffer.concat(chunks).toString();
};
