// Multipart uploads: create, upload a part, complete, abort, list parts. A completed object is the list of its parts' files.
import { createHash } from 'node:crypto';
import { CHECKSUMS, type ChecksumName, checksumElement, compositeChecksum, isChecksum } from './checksums.ts';
import { checkWrite } from './conditions.ts';
import { openContent, readContent } from './content-folder.ts';
import { digestBody } from './digest-body.ts';
import { type Answer, announce, bucketOf, discard, type ObjectContext, versionHeader, xmlAnswer } from './object-context.ts';
import type { StoredVersion } from './object-database.ts';
import { sequencerText } from './object-index.ts';
import { headerValue, queryValue, type S3Request } from './raw-request.ts';
import { receiveText, receiveToDisk } from './receive-body.ts';
import { S3Error } from './s3-error.ts';
import type { SignedSeed } from './signature.ts';
import type { MultipartUpload, UploadPart } from './upload-index.ts';
import { changeHeader, objectHeaders } from './write-object.ts';
import { document, elements, leaf, tag, textOf } from './xml.ts';

const MAX_PARTS = 10_000;
const MAX_LISTED_PARTS = 1000;
const MIN_PART_BYTES = 5 * 1024 * 1024;

const uploadOf = (context: ObjectContext, request: S3Request): MultipartUpload => {
  bucketOf(context, request.bucket);
  const upload = context.uploads.get(queryValue(request, 'uploadId') ?? '');
  if (upload?.bucket !== request.bucket || upload.key !== request.key) {
    throw new S3Error('NoSuchUpload', 'The specified upload does not exist. It may have been aborted or completed.');
  }
  return upload;
};

const openUploadOf = (context: ObjectContext, request: S3Request): MultipartUpload => {
  const upload = uploadOf(context, request);
  if (upload.completed !== undefined) throw new S3Error('NoSuchUpload', 'The specified upload is completed.');
  return upload;
};

/** Answers CreateMultipartUpload. */
export const createUpload = (context: ObjectContext, request: S3Request): Answer => {
  const { bucket, key } = request;
  bucketOf(context, bucket);
  const checksum = headerValue(request, 'x-amz-checksum-algorithm')?.toLowerCase();
  if (checksum !== undefined && !isChecksum(checksum))
    throw new S3Error('NotImplemented', `The checksum ${checksum} is not supported here.`);
  const id = context.uploads.create({ bucket, key, headers: objectHeaders(request), ...(checksum !== undefined && { checksum }) });
  const answer = xmlAnswer(document('InitiateMultipartUploadResult', leaf('Bucket', bucket), leaf('Key', key), leaf('UploadId', id)));
  return checksum === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'x-amz-checksum-algorithm': checksum.toUpperCase() } };
};

/** Answers UploadPart. */
export const uploadPart = async (context: ObjectContext, request: S3Request, seed: SignedSeed | undefined): Promise<Answer> => {
  const { id } = openUploadOf(context, request);
  const number = Number(queryValue(request, 'partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
  }
  const { segment, md5, checksums } = await receiveToDisk(request, context.contentFolder, seed);
  // it may have been completed or aborted meanwhile
  const still = context.uploads.get(id);
  if (still === undefined || still.completed !== undefined) {
    await discard(context, [segment]);
    throw new S3Error('NoSuchUpload', 'The specified upload does not exist any more.');
  }
  await discard(context, context.uploads.putPart(id, { number, md5, segment, checksums }));
  const sums = Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]);
  return { status: 200, headers: { etag: `"${md5}"`, ...Object.fromEntries(sums) } };
};

const checksumLeaves = ({ checksums }: UploadPart): string[] =>
  Object.entries(checksums).map(([name, value]) => leaf(checksumElement(name as ChecksumName), value));

/** Answers ListParts. */
export const listParts = (context: ObjectContext, request: S3Request): Answer => {
  const { id, bucket, key } = openUploadOf(context, request);
  const after = Number(queryValue(request, 'part-number-marker') ?? 0) || 0;
  const limit = Math.min(Number(queryValue(request, 'max-parts') ?? MAX_LISTED_PARTS) || MAX_LISTED_PARTS, MAX_LISTED_PARTS);
  const found = context.uploads.parts(id, after, limit + 1);
  const parts = found.slice(0, limit);
  const elementsOfParts = parts.map((part) =>
    tag(
      'Part',
      leaf('PartNumber', part.number),
      leaf('LastModified', new Date(part.at).toISOString()),
      leaf('ETag', `"${part.md5}"`),
      leaf('Size', part.segment.bytes),
      ...checksumLeaves(part),
    ),
  );
  const isTruncated = found.length > limit;
  const next = isTruncated ? leaf('NextPartNumberMarker', parts.at(-1)?.number) : '';
  const head = [leaf('Bucket', bucket), leaf('Key', key), leaf('UploadId', id), leaf('MaxParts', limit), leaf('IsTruncated', isTruncated)];
  return xmlAnswer(document('ListPartsResult', ...head, next, ...elementsOfParts));
};

/** Answers AbortMultipartUpload. */
export const abortUpload = async (context: ObjectContext, request: S3Request): Promise<Answer> => {
  await discard(context, context.uploads.abort(openUploadOf(context, request).id));
  return { status: 204 };
};

const chosenParts = (xml: string, there: readonly UploadPart[]): UploadPart[] => {
  const wanted = elements(xml, 'Part').map((part) => ({
    xml: part,
    number: Number(textOf(part, 'PartNumber')),
    etag: textOf(part, 'ETag'),
  }));
  if (wanted.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  if (wanted.some((part, index) => part.number <= (wanted[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  return wanted.map((part, index) => {
    const found = there.find(({ number }) => number === part.number);
    const sums = Object.entries(found?.checksums ?? {});
    const differs = sums.some(([name, value]) => (textOf(part.xml, checksumElement(name as ChecksumName)) ?? value) !== value);
    if (!found || part.etag?.replaceAll('"', '') !== found.md5 || differs) {
      throw new S3Error('InvalidPart', 'One or more of the specified parts could not be found, or its entity tag or checksum differs.');
    }
    if (index < wanted.length - 1 && found.segment.bytes < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return found;
  });
};

type Sums = StoredVersion['checksums'];

/** The checksum of the whole: of the parts' checksums, or over all bytes where the client asks for or the algorithm knows no other. */
const wholeChecksum = async (
  context: ObjectContext,
  request: S3Request,
  name: ChecksumName,
  parts: readonly UploadPart[],
): Promise<Sums> => {
  const isWhole = name === 'crc64nvme' || headerValue(request, 'x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT';
  const sums = parts.flatMap(({ checksums }) => checksums[name] ?? []);
  if (!isWhole) return sums.length < parts.length ? {} : { [name]: compositeChecksum(name, sums), type: 'COMPOSITE' };
  const segments = parts.map(({ segment }) => segment);
  const body = readContent(await openContent(context.contentFolder, segments), segments, 0, Number.MAX_SAFE_INTEGER);
  const running = CHECKSUMS[name]();
  await digestBody(body, { checksums: [], sha256: false, write: (bytes) => running.update(bytes) });
  return { [name]: running.digest() };
};

const completed = (request: S3Request, etag: string, { type, ...sums }: Sums, versionHeaders: Record<string, string>): Answer => {
  const { bucket, key } = request;
  const location = `http://${request.http.headers.host}${request.http.url?.split('?')[0]}`;
  const leaves = Object.entries(sums).map(([name, value]) => leaf(checksumElement(name as ChecksumName), value));
  const kind = leaves.length === 0 ? undefined : (type ?? 'FULL_OBJECT');
  const head = [leaf('Location', location), leaf('Bucket', bucket), leaf('Key', key), leaf('ETag', `"${etag}"`)];
  const answer = xmlAnswer(document('CompleteMultipartUploadResult', ...head, ...leaves, leaf('ChecksumType', kind)));
  return { ...answer, headers: { ...answer.headers, ...versionHeaders } };
};

// a client that did not see the answer asks again
const completedBefore = async (context: ObjectContext, request: S3Request, sequencer: number): Promise<Answer> => {
  const change = context.index.untold().find((untold) => untold.sequencer === sequencerText(sequencer));
  if (change) await announce(context, { change, dropped: [] });
  const [found] = context.index.versionsAfter(request.bucket, request.key, { key: Buffer.from(request.key), sequencer: sequencer + 1 }, 1);
  if (found?.sequencer !== sequencer) throw new S3Error('NoSuchUpload', 'The specified upload was completed and its object is gone.');
  return completed(request, found.etag, found.checksums, versionHeader(found));
};

/** Answers CompleteMultipartUpload. */
export const completeUpload = async (context: ObjectContext, request: S3Request, seed: SignedSeed | undefined): Promise<Answer> => {
  const upload = uploadOf(context, request);
  const xml = await receiveText(request, seed);
  if (upload.completed !== undefined) return completedBefore(context, request, upload.completed);
  const all = context.uploads.parts(upload.id);
  const parts = chosenParts(xml, all);
  const md5s = createHash('md5');
  for (const { md5 } of parts) md5s.update(md5, 'hex');
  const etag = `${md5s.digest('hex')}-${parts.length}`;
  const checksums = upload.checksum === undefined ? {} : await wholeChecksum(context, request, upload.checksum, parts);
  const sent = upload.checksum && headerValue(request, `x-amz-checksum-${upload.checksum}`);
  if (sent !== undefined && upload.checksum && sent !== checksums[upload.checksum]) {
    throw new S3Error('BadDigest', 'The checksum you specified did not match the calculated checksum.');
  }
  const segments = parts.map(({ segment }) => segment);
  const size = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const version = { bucket: upload.bucket, key: upload.key, size, etag, segments, headers: upload.headers, checksums };
  const { versioned } = bucketOf(context, upload.bucket);
  const stored = context.index.put(version, versioned, checkWrite(request), ({ sequencer }) =>
    context.uploads.complete(upload.id, sequencer),
  );
  const unused = all.filter((part) => !parts.includes(part)).map(({ segment }) => segment);
  await announce(context, { ...stored, dropped: [...stored.dropped, ...unused] });
  return completed(request, etag, checksums, changeHeader(stored.change));
};
