// Bytes of files that nobody has checked: every read is within bounds or an error.
import { createHash } from 'node:crypto';
import { PictureError } from '../../core/errors.ts';

/** What is thrown for a file that is not as its format says. */
export const corrupt = (what: string): PictureError => new PictureError('CORRUPT', what);

/** A view whose reads throw RangeError beyond the end. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes `from` (included) to `to`, without copying. @throws PictureError CORRUPT where they are not all there */
export const part = (bytes: Uint8Array, from: number, to: number = bytes.length): Uint8Array => {
  if (from < 0 || to < from || to > bytes.length) throw corrupt('the file ends before its parts do');
  return bytes.subarray(from, to);
};

/** Bytes of their own. A Buffer's `slice` shares its bytes with what it is a part of. */
export const copyOf = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);

/** Characters U+0000 to U+00FF as a byte each. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The inverse of `latin1`, of `length` bytes at `at`. @throws PictureError CORRUPT beyond the end */
export const textAt = (bytes: Uint8Array, at: number, length: number): string => {
  const { buffer, byteOffset } = part(bytes, at, at + length);
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
};

/** Whether the bytes at `at` are those of `text` in latin1; false beyond the end. */
export const hasText = (bytes: Uint8Array, at: number, text: string): boolean =>
  at >= 0 && at + text.length <= bytes.length && textAt(bytes, at, text.length) === text;

/** A whole number in `size` bytes (1 to 8), the most significant first. @throws RangeError when it does not fit */
export const bigEndian = (value: number, size: number): Uint8Array => {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** size) throw new RangeError(`${value} does not fit in ${size} bytes`);
  return Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);
};

/** One that was stored so; 0 of no bytes. @throws PictureError CORRUPT beyond the end or 2^53 */
export const readBigEndian = (bytes: Uint8Array, at: number, size: number): number => {
  const value = part(bytes, at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
  if (!Number.isSafeInteger(value)) throw corrupt('a number in it is out of range');
  return value;
};

/** A part of a file under its name, as one line that is equal only for equal bytes. */
export const fingerprint = (name: string, bytes: Uint8Array): string => `${name} ${createHash('sha256').update(bytes).digest('base64')}`;
