// Objects in S3: reads exactly one version, lists, signs uploads, writes, removes.
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { PictureError } from '../../core/errors.ts';
import type { FetchedObject, ListedObject, ObjectStore, StoredObject, UploadTerms } from '../../core/ports.ts';
import type { ObjectRef } from '../../core/record/object-event.ts';
import { askingAws, awsFacts, isTransient } from './aws-errors.ts';
import { type ClientPlace, pauseBeforeRetry, requestSettings } from './aws-requests.ts';
import { BrokenBody, readBody } from './s3-body.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 5000, attempts: 4, sockets: 32 };
const WHAT = 'the bucket';

/** Reads of one object; the SDK retries only until the first byte. */
const MAX_READS = 3;

/** Time for all bytes of a body, in ms: 25 MB at 20 Mbit/s. */
const BODY_TIMEOUT_MS = 10_000;

const GONE = new Set(['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'NotFound']);
const HTTP_NOT_FOUND = 404;
/** of a version that is a delete marker */
const HTTP_NOT_ALLOWED = 405;
const HTTP_CONFLICT = 409;
const HTTP_CHANGED = 412;

/** A client for buckets; one for each process. Checksums only where S3 needs them: else a signed URL has that of an empty body. */
export const s3Client = (region: string, place: ClientPlace = {}): S3Client =>
  new S3Client({ region, ...place, requestChecksumCalculation: 'WHEN_REQUIRED', ...requestSettings(BOUNDS) });

const unquoted = (etag = ''): string => etag.replaceAll('"', '');

const isGone = (thrown: unknown): boolean => {
  const { name, status } = awsFacts(thrown);
  return GONE.has(name) || status === HTTP_NOT_FOUND || status === HTTP_NOT_ALLOWED;
};

/** S3's refusals of a read as reasons, by name and status. */
const fetchError = (thrown: unknown): PictureError => {
  if (thrown instanceof PictureError) return thrown;
  const { name, code, status } = awsFacts(thrown);
  if (isGone(thrown)) return new PictureError('SOURCE_GONE', 'the object is no longer there', thrown);
  if (status === HTTP_CHANGED) return new PictureError('SOURCE_CHANGED', 'another object is there by now', thrown);
  return new PictureError('INTERNAL', `${WHAT} did not give the object: ${code || name}`, thrown);
};

const isWorthAnotherRead = (thrown: unknown): boolean => thrown instanceof BrokenBody || isTransient(thrown);

/** The version that objects have without versions, or while these are suspended: the next one overwrites it. */
const NULL_VERSION = 'null';

const versionOf = ({ bucket, key, versionId, etag }: ObjectRef) => ({
  Bucket: bucket,
  Key: key,
  ...(versionId !== undefined && { VersionId: versionId }),
  ...((versionId === undefined || versionId === NULL_VERSION) && etag !== undefined && { IfMatch: `"${etag}"` }),
});

const readOnce = async (client: S3Client, ref: ObjectRef, maxBytes: number): Promise<FetchedObject> => {
  const output: GetObjectCommandOutput = await client.send(new GetObjectCommand(versionOf(ref)));
  if (output.Body === undefined || output.ContentLength === undefined) throw new BrokenBody('no length announced');
  const bytes = await readBody(output.Body as Readable, output.ContentLength, maxBytes, BODY_TIMEOUT_MS);
  const { Metadata: metadata = {} } = output;
  return {
    bytes,
    etag: unquoted(output.ETag),
    ...(output.VersionId !== undefined && { versionId: output.VersionId }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
};

const readStart = async (client: S3Client, ref: ObjectRef, bytes: number): Promise<Uint8Array> => {
  try {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ ...versionOf(ref), Range: `bytes=0-${bytes - 1}` }));
    if (Body === undefined || ContentLength === undefined) throw new BrokenBody('no length announced');
    return await readBody(Body as Readable, ContentLength, bytes, BODY_TIMEOUT_MS);
  } catch (thrown) {
    throw fetchError(thrown);
  }
};

const fetchObject = async (client: S3Client, ref: ObjectRef, maxBytes: number): Promise<FetchedObject> => {
  for (let reads = 1; ; reads++) {
    try {
      return await readOnce(client, ref, maxBytes);
    } catch (thrown) {
      const error = fetchError(thrown);
      if (reads === MAX_READS || error.code !== 'INTERNAL' || !isWorthAnotherRead(thrown)) throw error;
    }
    await pauseBeforeRetry(reads);
  }
};

const headObject = async (client: S3Client, bucket: string, key: string) => {
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const version = head.VersionId !== undefined && { versionId: head.VersionId };
    const { Metadata = {} } = head;
    const metadata = Object.keys(Metadata).length > 0 && { metadata: Metadata };
    return {
      key,
      etag: unquoted(head.ETag),
      size: head.ContentLength ?? 0,
      at: head.LastModified?.getTime() ?? 0,
      ...version,
      ...metadata,
    };
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw thrown;
  }
};

/** Keys are asked for URL-encoded: XML cannot hold all of their characters. */
const decodedKey = (key = ''): string => decodeURIComponent(key.replaceAll('+', ' '));

async function* listObjects(client: S3Client, bucket: string, prefix: string, after?: string): AsyncIterable<ListedObject> {
  let token: string | undefined;
  do {
    const from = token !== undefined ? { ContinuationToken: token } : after !== undefined && { StartAfter: after };
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ...from });
    const page = await askingAws(WHAT, () => client.send(command));
    for (const { Key, ETag, Size = 0, LastModified } of page.Contents ?? []) {
      yield { key: decodedKey(Key), etag: unquoted(ETag), size: Size, at: LastModified?.getTime() ?? 0 };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

const conditionOf = (over: string | null | undefined) => {
  if (over === undefined) return {};
  return over === null ? { IfNoneMatch: '*' } : { IfMatch: `"${over}"` };
};

/** S3's answers to a conditional write that lost: 412, 409 while another one is under way, and 404 when what was to be replaced is gone. */
const LOST_WRITES = new Set([HTTP_CHANGED, HTTP_CONFLICT, HTTP_NOT_FOUND]);

const putObject = async (client: S3Client, { bucket, key, bytes, contentType, metadata, over }: StoredObject) => {
  const about = { ContentType: contentType, ...(metadata !== undefined && { Metadata: metadata }), ...conditionOf(over) };
  try {
    const { ETag, VersionId } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...about }));
    return { etag: unquoted(ETag), ...(VersionId !== undefined && { versionId: VersionId }) };
  } catch (thrown) {
    if (over === undefined || !LOST_WRITES.has(awsFacts(thrown).status)) throw thrown;
    throw new PictureError('SOURCE_CHANGED', 'another object is there by now', thrown);
  }
};

/** Size and type are part of what is signed, so S3 refuses an upload of others. */
const SIGNED_HEADERS = ['content-length', 'content-type'];

/** Metadata are signed as headers, too: in the URL they would not be kept with the object everywhere. */
const presignPut = async (client: S3Client, { bucket, key, bytes, contentType, expiresS, metadata = {} }: UploadTerms) => {
  const about = { ContentLength: bytes, ContentType: contentType, Metadata: { ...metadata } };
  const headers = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
  const own = new Set(Object.keys(headers));
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key, ...about }), {
    expiresIn: expiresS,
    signableHeaders: new Set([...SIGNED_HEADERS, ...own]),
    unhoistableHeaders: own,
  });
  return { url, headers: { 'content-type': contentType, 'content-length': String(bytes), ...headers } };
};

/** All of `ObjectStore`'s promises. @throws beside `fetch`: CodedError UNAVAILABLE or INTERNAL */
export const s3Objects = (client: S3Client): ObjectStore => ({
  fetch: (ref, maxBytes) => fetchObject(client, ref, maxBytes),
  start: (ref, bytes) => readStart(client, ref, bytes),
  head: (bucket, key) => askingAws(WHAT, () => headObject(client, bucket, key)),
  list: (bucket, prefix, after) => listObjects(client, bucket, prefix, after),
  presignPut: (upload) => askingAws(WHAT, () => presignPut(client, upload)),
  put: (object) => askingAws(WHAT, () => putObject(client, object)),
  presignGet: ({ bucket, key, versionId, contentType, expiresS }) =>
    askingAws(WHAT, () => {
      const shown = { ResponseContentType: contentType, ResponseContentDisposition: 'inline' };
      const version = versionId !== undefined && { VersionId: versionId };
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key, ...version, ...shown }), { expiresIn: expiresS });
    }),
  async remove(bucket, key) {
    await askingAws(WHAT, () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
  },
});
