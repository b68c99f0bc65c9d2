// The public id of an object key: opaque, URL-safe, and the same wherever it is computed.
import { shortSha256 } from '../short-sha256.ts';

const ID_CHARACTERS = 22;

const encoder = new TextEncoder();

/** What every id looks like. */
export const IMAGE_ID = /^[A-Za-z0-9_-]{22}$/;

/** First 22 characters (132 bits) of base64url(SHA-256(UTF-8 of the bucket, a zero byte, UTF-8 of the key)). */
export const imageId = async (bucket: string, key: string): Promise<string> => {
  const digest = shortSha256(encoder.encode(`${bucket}\0${key}`));
  const base64 = btoa(String.fromCharCode(...digest));
  return base64.replaceAll('+', '-').replaceAll('/', '_').slice(0, ID_CHARACTERS);
};
