// Where written texts go: below the service's own prefix, which is never captioned, and with marks that tell of which picture they are.
import { CodedError } from '../errors.ts';
import { imageId } from '../record/image-id.ts';
import type { KeyFilter } from '../record/key-filter.ts';

/** What was written: a copy with texts, or a file of texts beside. */
export type Form = 'copy' | 'sidecar';

/** How the key of a sidecar ends. */
const SIDECAR_SUFFIX = '.xmp';

/** Names of the metadata of what was written: the record's id, its revision, the picture's ETag, and the SHA-256 of what was written. */
export const MARK = { of: 'embedded-from', revision: 'embedded-revision', etag: 'embedded-etag', digest: 'embedded-sha256' } as const;

/**
 * The prefix of all that is written.
 * @throws CodedError CONFIG for a service whose copies would be captioned like uploads
 */
export const targetPrefix = (keys: KeyFilter | undefined): string => {
  if (keys !== undefined && keys.outputPrefix !== '') return `${keys.outputPrefix}embedded/`;
  throw new CodedError(
    'CONFIG',
    'This service has no outputPrefix, so copies would be captioned like uploads: deploy it with -c outputPrefix=caption-on-upload/',
  );
};

/** The key of what is written for a picture's key. */
export const targetKey = (prefix: string, key: string, form: Form): string => `${prefix}${key}${form === 'sidecar' ? SIDECAR_SUFFIX : ''}`;

/** Keys of pictures for which an object may have been written: its own copy, or the sidecar of another one. */
const picturesOf = (target: string, prefix: string): string[] => {
  const key = target.slice(prefix.length);
  return key.endsWith(SIDECAR_SUFFIX) ? [key, key.slice(0, -SIDECAR_SUFFIX.length)] : [key];
};

/** Whether an object below the prefix was written by us for the picture of this key; without one, for a picture that its own key tells. */
export const isOurs = async (
  { bucket, prefix }: { bucket: string; prefix: string },
  target: string,
  metadata: Readonly<Record<string, string>> | undefined,
  key?: string,
): Promise<boolean> => {
  const of = metadata?.[MARK.of];
  if (of === undefined) return false;
  const keys = key === undefined ? picturesOf(target, prefix) : [key];
  const ids = await Promise.all(keys.map((candidate) => imageId(bucket, candidate)));
  return ids.includes(of);
};
