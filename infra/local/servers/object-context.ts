// What every operation of the object server works with, and how it answers.
import { join } from 'node:path';
import { removeContent, type Segment } from './content-folder.ts';
import type { StoredVersion } from './object-database.ts';
import type { ObjectIndex, Stored } from './object-index.ts';
import { NULL_VERSION } from './object-index.ts';
import { S3Error } from './s3-error.ts';
import type { BucketSpec, ObjectServerOptions } from './server-types.ts';
import type { UploadIndex } from './upload-index.ts';

/** The server's parts. */
export type ObjectContext = {
  readonly options: ObjectServerOptions;
  readonly index: ObjectIndex;
  readonly uploads: UploadIndex;
  readonly contentFolder: string;
  /** ms since 1970 */
  now(): number;
};

/** What is sent back; a body that is not text is streamed. */
export type Answer = { status: number; headers?: Record<string, string>; body?: string | AsyncIterable<Buffer> };

/** Folder of the content files. */
export const contentFolderOf = (folder: string): string => join(folder, 'content');

/** An answer with an XML document. */
export const xmlAnswer = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'application/xml' }, body });

/** A bucket by name. @throws S3Error NoSuchBucket */
export const bucketOf = (context: ObjectContext, name: string): BucketSpec => {
  const found = context.options.buckets.find((bucket) => bucket.name === name);
  if (found === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  return found;
};

/** Removes files that nothing names any more; a failure leaves them to the next start. */
export const discard = async (context: ObjectContext, segments: readonly Segment[]): Promise<void> => {
  await removeContent(context.contentFolder, segments).catch(() => undefined);
};

/**
 * Tells the change that was just stored and removes files that it made useless.
 * @throws S3Error InternalError when it could not be told; it stays stored and is told at the next start
 */
export const announce = async (context: ObjectContext, { change, dropped }: Stored): Promise<void> => {
  await discard(context, dropped);
  try {
    await context.options.onChange(change);
  } catch (thrown) {
    throw new S3Error('InternalError', 'The change is stored, but could not be announced yet.', {}, thrown);
  }
  context.index.told(change);
};

/** The header that names a version, in versioned buckets. */
export const versionHeader = (version: Pick<StoredVersion, 'versionId'>): Record<string, string> =>
  version.versionId === NULL_VERSION ? {} : { 'x-amz-version-id': version.versionId };
