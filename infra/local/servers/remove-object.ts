// DeleteObject and DeleteObjects.
import { type Answer, announce, bucketOf, type ObjectContext, xmlAnswer } from './object-context.ts';
import { headerValue, queryValue, type S3Request } from './raw-request.ts';
import { receiveText } from './receive-body.ts';
import { asS3Error, S3Error } from './s3-error.ts';
import type { SignedSeed } from './signature.ts';
import { document, elements, leaf, tag, textOf } from './xml.ts';

/** Most keys of one DeleteObjects. */
const MAX_DELETES = 1000;

type Removed = { versionId?: string; isMarker: boolean };

const remove = async (context: ObjectContext, bucket: string, key: string, versionId: string | undefined): Promise<Removed> => {
  const { versioned } = bucketOf(context, bucket);
  if (versionId !== undefined) {
    const gone = context.index.removeVersion(bucket, key, versionId);
    if (gone) await announce(context, gone);
    return { versionId, isMarker: gone?.wasMarker ?? false };
  }
  const gone = context.index.remove(bucket, key, versioned);
  if (gone) await announce(context, gone);
  const marker = gone?.change.versionId;
  return { ...(versioned && marker !== undefined && { versionId: marker }), isMarker: versioned };
};

const markerHeaders = ({ versionId, isMarker }: Removed): Record<string, string> => ({
  ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
  ...(isMarker && { 'x-amz-delete-marker': 'true' }),
});

/** Answers DeleteObject. */
export const deleteObject = async (context: ObjectContext, request: S3Request): Promise<Answer> => {
  if (headerValue(request, 'if-match') !== undefined) throw new S3Error('NotImplemented', 'Conditional deletes are not supported here.');
  const removed = await remove(context, request.bucket, request.key, queryValue(request, 'versionId'));
  return { status: 204, headers: markerHeaders(removed) };
};

type Wanted = { key: string; versionId: string | undefined };

const wantedOf = (xml: string): Wanted[] => {
  const wanted = elements(xml, 'Object').map((object) => ({ key: textOf(object, 'Key'), versionId: textOf(object, 'VersionId') }));
  const named = wanted.flatMap(({ key, versionId }) => (key === undefined || key === '' ? [] : [{ key, versionId }]));
  if (wanted.length === 0 || named.length < wanted.length || wanted.length > MAX_DELETES) {
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
  }
  return named;
};

const deleted = ({ key, versionId }: Wanted, removed: Removed): string =>
  tag(
    'Deleted',
    leaf('Key', key),
    leaf('VersionId', versionId),
    leaf('DeleteMarker', removed.isMarker || undefined),
    leaf('DeleteMarkerVersionId', removed.isMarker ? removed.versionId : undefined),
  );

/** Answers DeleteObjects. */
export const deleteObjects = async (context: ObjectContext, request: S3Request, seed: SignedSeed | undefined): Promise<Answer> => {
  bucketOf(context, request.bucket);
  const xml = await receiveText(request, seed);
  const isQuiet = textOf(xml, 'Quiet') === 'true';
  const results: string[] = [];
  for (const wanted of wantedOf(xml)) {
    try {
      const removed = await remove(context, request.bucket, wanted.key, wanted.versionId);
      if (!isQuiet) results.push(deleted(wanted, removed));
    } catch (thrown) {
      const error = asS3Error(thrown);
      const texts = [leaf('Code', error.code), leaf('Message', error.message)];
      results.push(tag('Error', leaf('Key', wanted.key), leaf('VersionId', wanted.versionId), ...texts));
    }
  }
  return xmlAnswer(document('DeleteResult', ...results));
};
