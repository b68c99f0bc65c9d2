// Which operation of S3 a request is. What is not one that this server knows is refused, never taken for another.

import { listBuckets, listObjects, listVersions } from './listings.ts';
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './multipart.ts';
import { type Answer, bucketOf, type ObjectContext, xmlAnswer } from './object-context.ts';
import type { S3Request } from './raw-request.ts';
import { readObject } from './read-object.ts';
import { deleteObject, deleteObjects } from './remove-object.ts';
import { S3Error } from './s3-error.ts';
import type { SignedSeed } from './signature.ts';
import { copyObject, putObject } from './write-object.ts';
import { document, leaf } from './xml.ts';

type Operation = (context: ObjectContext, request: S3Request, seed: SignedSeed | undefined) => Answer | Promise<Answer>;

const location: Operation = (context, request) => {
  bucketOf(context, request.bucket);
  return xmlAnswer(document('LocationConstraint'));
};

const versioning: Operation = (context, request) =>
  xmlAnswer(document('VersioningConfiguration', leaf('Status', bucketOf(context, request.bucket).versioned ? 'Enabled' : undefined)));

const headBucket: Operation = (context, request) => {
  bucketOf(context, request.bucket);
  return { status: 200 };
};

/** Operations by method, target and the query parameters that select them. */
const OPERATIONS: Record<string, Operation> = {
  'GET service': listBuckets,
  'GET bucket': listObjects,
  'GET bucket versions': listVersions,
  'GET bucket location': location,
  'GET bucket versioning': versioning,
  'HEAD bucket': headBucket,
  'POST bucket delete': deleteObjects,
  'GET object': readObject,
  'HEAD object': readObject,
  'GET object uploadId': listParts,
  'PUT object': putObject,
  'PUT object copy': copyObject,
  'PUT object partNumber uploadId': uploadPart,
  'POST object uploads': createUpload,
  'POST object uploadId': completeUpload,
  'DELETE object': deleteObject,
  'DELETE object uploadId': abortUpload,
};

/** Query parameters that do not select an operation. */
const PARAMETERS = new Set([
  ...['versionId', 'x-id', 'list-type', 'prefix', 'delimiter', 'max-keys', 'start-after', 'continuation-token', 'encoding-type'],
  ...['fetch-owner', 'key-marker', 'version-id-marker', 'max-parts', 'part-number-marker'],
]);

/** Parameters of signatures, and those that set headers of an answer. */
const OF_ANSWERS = /^(?:x-amz|response)-/i;

/** Finds the operation. @throws S3Error NotImplemented */
export const operationOf = (request: S3Request): Operation => {
  const target = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const selecting = request.query.map(([name]) => name).filter((name) => !PARAMETERS.has(name) && !OF_ANSWERS.test(name));
  const isCopy = request.method === 'PUT' && request.http.headers['x-amz-copy-source'] !== undefined;
  const words = [request.method, target, ...selecting.toSorted(), ...(isCopy ? ['copy'] : [])];
  const found = OPERATIONS[words.join(' ')];
  if (found === undefined) throw new S3Error('NotImplemented', 'This operation is not supported by the local object server.');
  return found;
};
