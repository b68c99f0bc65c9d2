// PutObject and CopyObject.
import { checkWrite } from './conditions.ts';
import { openContent, readContent, writeContent } from './content-folder.ts';
import { digestBody } from './digest-body.ts';
import { type Answer, announce, bucketOf, discard, type ObjectContext, versionHeader, xmlAnswer } from './object-context.ts';
import type { StoredHeaders, StoredVersion } from './object-database.ts';
import type { NewVersion, Stored } from './object-index.ts';
import { bucketAndKey, headerValue, percentDecoded, type S3Request, textOfBytes } from './raw-request.ts';
import { receiveToDisk } from './receive-body.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectChange } from './server-types.ts';
import type { SignedSeed } from './signature.ts';
import { document, leaf } from './xml.ts';

const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires'];
const META = 'x-amz-meta-';
const DEFAULT_TYPE = 'binary/octet-stream';

/** Headers of a request that belong to the object. */
export const objectHeaders = (request: S3Request): StoredHeaders => {
  const names = [...Object.keys(request.http.headers), ...request.query.map(([name]) => name.toLowerCase())];
  const kept = [...KEPT_HEADERS, ...new Set(names.filter((name) => name.startsWith(META)))].map((name) => {
    const value = headerValue(request, name) ?? '';
    if (name !== 'content-encoding') return [name, value] as const;
    const encodings = value.split(',').map((encoding) => encoding.trim());
    return [name, encodings.filter((encoding) => encoding !== 'aws-chunked').join(',')] as const;
  });
  return { 'content-type': DEFAULT_TYPE, ...Object.fromEntries(kept.filter(([name, value]) => value !== '' || name.startsWith(META))) };
};

const storeVersion = async (context: ObjectContext, request: S3Request, version: NewVersion): Promise<ObjectChange> => {
  let stored: Stored;
  try {
    stored = context.index.put(version, bucketOf(context, version.bucket).versioned, checkWrite(request));
  } catch (thrown) {
    await discard(context, version.segments);
    throw thrown;
  }
  await announce(context, stored);
  return stored.change;
};

/** Version id header of a change. */
export const changeHeader = (change: ObjectChange): Record<string, string> =>
  change.versionId === undefined ? {} : { 'x-amz-version-id': change.versionId };

/** Answers PutObject. */
export const putObject = async (context: ObjectContext, request: S3Request, seed: SignedSeed | undefined): Promise<Answer> => {
  const { bucket, key } = request;
  checkWrite(request)(context.index.latest(bucketOf(context, bucket).name, key));
  const { segment, md5, checksums } = await receiveToDisk(request, context.contentFolder, seed);
  const version = { bucket, key, size: segment.bytes, etag: md5, segments: [segment], headers: objectHeaders(request), checksums };
  const change = await storeVersion(context, request, version);
  const sums = Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]);
  return { status: 200, headers: { etag: `"${md5}"`, ...changeHeader(change), ...Object.fromEntries(sums) } };
};

const sourceOf = (context: ObjectContext, text: string): StoredVersion => {
  const [path = '', query = ''] = text.split('?');
  const { bucket, key } = bucketAndKey(percentDecoded(path.startsWith('/') ? path : `/${path}`));
  bucketOf(context, bucket);
  const [, versionId] = /(?:^|&)versionId=([^&]*)/.exec(query) ?? [];
  const found =
    versionId === undefined
      ? context.index.latest(bucket, key)
      : context.index.version(bucket, key, textOfBytes(percentDecoded(versionId)));
  if (!found || found.isMarker) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  return found;
};

/** Answers CopyObject. */
export const copyObject = async (context: ObjectContext, request: S3Request): Promise<Answer> => {
  const { bucket, key } = request;
  bucketOf(context, bucket);
  if (Object.keys(request.http.headers).some((name) => name.startsWith('x-amz-copy-source-'))) {
    throw new S3Error('NotImplemented', 'Conditions and keys of a copy source are not supported here.');
  }
  const source = sourceOf(context, headerValue(request, 'x-amz-copy-source') ?? '');
  const replaces = headerValue(request, 'x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  if (!replaces && source.bucket === bucket && source.key === key && source.isLatest) {
    throw new S3Error('InvalidRequest', 'This copy request is illegal because it would change nothing.');
  }
  const body = readContent(await openContent(context.contentFolder, source.segments), source.segments, 0, source.size - 1);
  const { segment, md5 } = await writeContent(context.contentFolder, (write) => digestBody(body, { checksums: [], sha256: false, write }));
  const headers = replaces ? objectHeaders(request) : source.headers;
  const { type, ...sums } = source.checksums;
  const checksums = type === 'COMPOSITE' ? {} : sums;
  const change = await storeVersion(context, request, {
    bucket,
    key,
    size: segment.bytes,
    etag: md5,
    segments: [segment],
    headers,
    checksums,
  });
  const body200 = document('CopyObjectResult', leaf('LastModified', new Date(change.time).toISOString()), leaf('ETag', `"${md5}"`));
  const answer = xmlAnswer(body200);
  return { ...answer, headers: { ...answer.headers, ...changeHeader(change), ...copied(source) } };
};

const copied = (source: StoredVersion): Record<string, string> => {
  const id = versionHeader(source)['x-amz-version-id'];
  return id === undefined ? {} : { 'x-amz-copy-source-version-id': id };
};
