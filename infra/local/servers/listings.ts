// ListObjectsV2, ListObjectVersions, ListBuckets and what else is asked about a bucket.
import { type Answer, bucketOf, type ObjectContext, xmlAnswer } from './object-context.ts';
import { keyBytes, type StoredVersion } from './object-database.ts';
import { type Cursor, endOf } from './object-index.ts';
import { percentEncoded, queryValue, type S3Request } from './raw-request.ts';
import { S3Error } from './s3-error.ts';
import { document, leaf, tag } from './xml.ts';

const MAX_LISTED = 1000;
const START: Cursor = { key: Buffer.alloc(0) };

type Page = { found: StoredVersion[]; groups: string[]; next?: Cursor };

type Query = { prefix: string; delimiter: string; limit: number; after: Cursor };

const groupOf = (key: string, { prefix, delimiter }: Query): string | undefined => {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
};

/** Adds a row, as itself or as its group, and gives the place after it. */
const add = (page: Page, row: StoredVersion, group: string | undefined): Cursor => {
  if (group === undefined) {
    page.found.push(row);
    return { key: keyBytes(row.key), sequencer: row.sequencer };
  }
  page.groups.push(group);
  return { key: endOf(group) };
};

/** Rows up to the limit; those with the delimiter after the prefix count as one group. */
const collect = (rowsAfter: (cursor: Cursor, limit: number) => StoredVersion[], query: Query): Page => {
  const page: Page = { found: [], groups: [] };
  let cursor = query.after;
  if (query.limit === 0) return page;
  for (;;) {
    const rows = rowsAfter(cursor, query.limit + 1);
    for (const row of rows) {
      const group = groupOf(row.key, query);
      if (group !== undefined && page.groups.at(-1) === group) continue;
      if (page.found.length + page.groups.length === query.limit) return { ...page, next: cursor };
      cursor = add(page, row, group);
    }
    if (rows.length <= query.limit) return page;
  }
};

const limitOf = (request: S3Request): number => {
  const text = queryValue(request, 'max-keys') ?? String(MAX_LISTED);
  if (!/^\d{1,9}$/.test(text)) throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return Math.min(Number(text), MAX_LISTED);
};

type Encode = (text: string) => string;

const encodingOf = (request: S3Request): Encode => {
  const encoding = queryValue(request, 'encoding-type');
  if (encoding === undefined) return (text) => text;
  if (encoding !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return (text) => percentEncoded(text, '/');
};

/** Parts of a listing that are alike in both forms. */
const headOf = (request: S3Request, encode: Encode, page: Page): string[] => {
  const delimiter = queryValue(request, 'delimiter');
  return [
    leaf('Name', request.bucket),
    leaf('Prefix', encode(queryValue(request, 'prefix') ?? '')),
    leaf('Delimiter', delimiter === undefined ? undefined : encode(delimiter)),
    leaf('MaxKeys', limitOf(request)),
    leaf('EncodingType', queryValue(request, 'encoding-type')),
    leaf('IsTruncated', page.next !== undefined),
    ...page.groups.map((group) => tag('CommonPrefixes', leaf('Prefix', encode(group)))),
  ];
};

const MS_PER_S = 1000;

/** S3 tells whole seconds, in its events too: with parts of seconds an object would look newer than its own event. */
const lastModified = ({ at }: StoredVersion): string => new Date(Math.floor(at / MS_PER_S) * MS_PER_S).toISOString();

const entry = (encode: Encode, version: StoredVersion): string[] => [
  leaf('Key', encode(version.key)),
  leaf('LastModified', lastModified(version)),
  leaf('ETag', `"${version.etag}"`),
  ...Object.keys(version.checksums).flatMap((name) => (name === 'type' ? [] : leaf('ChecksumAlgorithm', name.toUpperCase()))),
  leaf('Size', version.size),
  leaf('StorageClass', 'STANDARD'),
];

const queryOf = (request: S3Request, after: Cursor): Query => ({
  prefix: queryValue(request, 'prefix') ?? '',
  delimiter: queryValue(request, 'delimiter') ?? '',
  limit: limitOf(request),
  after,
});

const startOf = (request: S3Request): Cursor => {
  const token = queryValue(request, 'continuation-token');
  const start = queryValue(request, 'start-after');
  if (token === undefined) return start === undefined ? START : { key: keyBytes(start) };
  const key = Buffer.from(token, 'base64url');
  if (key.length === 0 || key.toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return { key };
};

/** Answers ListObjectsV2. */
export const listObjects = (context: ObjectContext, request: S3Request): Answer => {
  const { name } = bucketOf(context, request.bucket);
  if (queryValue(request, 'list-type') !== '2') throw new S3Error('NotImplemented', 'Only version 2 of ListObjects is supported here.');
  const query = queryOf(request, startOf(request));
  const encode = encodingOf(request);
  const page = collect((cursor, limit) => context.index.objectsAfter(name, query.prefix, cursor, limit), query);
  const start = queryValue(request, 'start-after');
  return xmlAnswer(
    document(
      'ListBucketResult',
      ...headOf(request, encode, page),
      leaf('KeyCount', page.found.length + page.groups.length),
      leaf('StartAfter', start === undefined ? undefined : encode(start)),
      leaf('ContinuationToken', queryValue(request, 'continuation-token')),
      leaf('NextContinuationToken', page.next?.key.toString('base64url')),
      ...page.found.map((version) => tag('Contents', ...entry(encode, version))),
    ),
  );
};

const versionStart = (context: ObjectContext, request: S3Request): Cursor => {
  const key = queryValue(request, 'key-marker');
  const versionId = queryValue(request, 'version-id-marker');
  if (key === undefined || key === '') return START;
  const delimiter = queryValue(request, 'delimiter');
  if (versionId === undefined || versionId === '') return { key: delimiter && key.endsWith(delimiter) ? endOf(key) : keyBytes(key) };
  const found = context.index.version(request.bucket, key, versionId);
  if (!found) throw new S3Error('InvalidArgument', 'Invalid version id specified');
  return { key: keyBytes(key), sequencer: found.sequencer };
};

const versionEntry = (encode: Encode, version: StoredVersion): string => {
  const ids = [leaf('VersionId', version.versionId), leaf('IsLatest', version.isLatest)];
  if (!version.isMarker) return tag('Version', ...entry(encode, version), ...ids);
  return tag('DeleteMarker', leaf('Key', encode(version.key)), leaf('LastModified', lastModified(version)), ...ids);
};

/** Answers ListObjectVersions. */
export const listVersions = (context: ObjectContext, request: S3Request): Answer => {
  const { name } = bucketOf(context, request.bucket);
  const query = queryOf(request, versionStart(context, request));
  const encode = encodingOf(request);
  const page = collect((cursor, limit) => context.index.versionsAfter(name, query.prefix, cursor, limit), query);
  const last = page.next?.sequencer === undefined ? undefined : page.found.at(-1);
  const nextKey = page.next && (last?.key ?? page.groups.at(-1));
  return xmlAnswer(
    document(
      'ListVersionsResult',
      ...headOf(request, encode, page),
      leaf('KeyMarker', encode(queryValue(request, 'key-marker') ?? '')),
      leaf('VersionIdMarker', queryValue(request, 'version-id-marker') ?? ''),
      leaf('NextKeyMarker', nextKey === undefined ? undefined : encode(nextKey)),
      leaf('NextVersionIdMarker', page.next && last?.versionId),
      ...page.found.map((version) => versionEntry(encode, version)),
    ),
  );
};

/** Answers ListBuckets. */
export const listBuckets = (context: ObjectContext): Answer => {
  const buckets = context.options.buckets.map(({ name }) =>
    tag('Bucket', leaf('Name', name), leaf('CreationDate', new Date(context.index.bucketMadeAt(name)).toISOString())),
  );
  return xmlAnswer(document('ListAllMyBucketsResult', tag('Owner', leaf('ID', 'local')), tag('Buckets', ...buckets)));
};
