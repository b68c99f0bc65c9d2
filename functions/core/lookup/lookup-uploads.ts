// Where to PUT a new picture: a URL for one key, one type and one size, for a few minutes.

import { checkedProduct, type ProductData } from '../edit/describe-product.ts';
import { MAX_METADATA_BYTES, metadataOfProduct } from '../ingest/product-metadata.ts';
import { FORMATS } from '../picture/picture-format.ts';
import { mediaTypeOf, VIDEO_FORMATS } from '../picture/video-format.ts';
import type { PresignedPut } from '../ports.ts';
import { imageId } from '../record/image-id.ts';
import { isWanted, type KeyFilter } from '../record/key-filter.ts';
import { DEFAULT_VIDEO_LIMITS } from '../video/video-limits.ts';
import type { Lookup } from './lookup-ports.ts';
import { ownsKey, type Principal } from './principal.ts';
import { invalidField, RequestError } from './request-error.ts';

/** How long an upload URL can be used, in seconds. */
export const UPLOAD_EXPIRES_S = 900;

/** Content types that may be uploaded. */
export const UPLOAD_TYPES: readonly string[] = [...FORMATS, ...VIDEO_FORMATS].map(mediaTypeOf);

const VIDEO_TYPES: readonly string[] = VIDEO_FORMATS.map(mediaTypeOf);

/** A picture that is about to be uploaded; what `product` says comes with the object, as its metadata. */
export type UploadRequest = { key: string; contentType: string; bytes: number; product?: ProductData };

/** How to upload it; `expiresAt` in ms since 1970. */
export type Upload = PresignedPut & { id: string; expiresAt: number };

const DOTS = ['.', '..'];
const MS_PER_S = 1_000;

const anyOf = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(' or ');

/** What keys must be like to be captioned, in words. */
const wantedKeys = ({ keyPrefixes, keySuffixes, outputPrefix }: KeyFilter): string => {
  const rules = [
    ...(keyPrefixes.length > 0 ? [`begin with ${anyOf(keyPrefixes)}`] : []),
    ...(keySuffixes.length > 0 ? [`end with ${anyOf(keySuffixes)}`] : []),
    ...(outputPrefix === '' ? [] : [`not begin with ${anyOf([outputPrefix])}`]),
    'not end with "/"',
  ];
  return `must ${rules.join(', ')}: other keys are not captioned`;
};

const checkUpload = ({ settings }: Lookup, principal: Principal, { key, contentType, bytes }: UploadRequest): void => {
  if (!isWanted(key, settings.keys)) throw invalidField('key', wantedKeys(settings.keys));
  if (key.split('/').some((segment) => DOTS.includes(segment))) {
    throw invalidField('key', 'must have no segment "." or "..": HTTP clients remove them from URLs');
  }
  if (!UPLOAD_TYPES.includes(contentType)) throw invalidField('contentType', `must be one of ${UPLOAD_TYPES.join(', ')}`);
  const most = VIDEO_TYPES.includes(contentType) ? DEFAULT_VIDEO_LIMITS.maxBytes : settings.maxPictureBytes;
  if (bytes > most) throw invalidField('bytes', `must be at most ${most}`);
  if (!ownsKey(principal, key)) throw new RequestError('KEY_NOT_ALLOWED', 'your token does not cover this key');
};

const uploadMetadata = (product: ProductData): Record<string, string> => {
  checkedProduct(product);
  const metadata = metadataOfProduct(product);
  const bytes = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes <= MAX_METADATA_BYTES) return metadata;
  throw invalidField(
    'product',
    `is ${bytes} bytes as metadata, which may be ${MAX_METADATA_BYTES}: send the rest to /v1/images/{id}/product`,
  );
};

/**
 * Signs an upload. Nothing is stored: the record comes with the object.
 * @throws RequestError INVALID_REQUEST naming the field, KEY_NOT_ALLOWED
 */
export const planUpload = async (lookup: Lookup, principal: Principal, request: UploadRequest): Promise<Upload> => {
  checkUpload(lookup, principal, request);
  const { key, contentType, bytes, product = {} } = request;
  const metadata = uploadMetadata(product);
  const { bucket } = lookup.settings;
  const expiresAt = lookup.clock() + UPLOAD_EXPIRES_S * MS_PER_S;
  const told = Object.keys(metadata).length > 0 && { metadata };
  const put = await lookup.objects.presignPut({ bucket, key, contentType, bytes, expiresS: UPLOAD_EXPIRES_S, ...told });
  return { ...put, id: await imageId(bucket, key), expiresAt };
};
