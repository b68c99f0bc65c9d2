// Where the photo of a record can be seen for a short time: a signed address of the very version that was captioned.
import { mediaTypeOf } from '../picture/video-format.ts';
import { findImage } from './lookup-images.ts';
import type { Lookup } from './lookup-ports.ts';
import type { Principal } from './principal.ts';
import { notFound } from './request-error.ts';

/** How long the address can be used, in seconds. */
export const PICTURE_EXPIRES_S = 300;

/** How long a browser may keep the way to it, in seconds: shorter, so that it never follows one that has expired. */
export const PICTURE_CACHE_S = 240;

/**
 * The address of the photo, of the service's own bucket only. Its type is that of the decoded picture, whatever the uploader called it:
 * a bucket shows what was stored as HTML as a page.
 * @throws RequestError NOT_FOUND, also when the photo could not be decoded
 */
export const picturePlace = async (lookup: Lookup, principal: Principal, id: string): Promise<string> => {
  const { bucket, key, versionId, picture } = await findImage(lookup, principal, id);
  if (picture === undefined || bucket !== lookup.settings.bucket) throw notFound();
  return lookup.objects.presignGet({
    bucket,
    key,
    ...(versionId !== undefined && { versionId }),
    contentType: mediaTypeOf(picture.format),
    expiresS: PICTURE_EXPIRES_S,
  });
};
