// Checksums that clients of S3 send with bodies, running over a stream.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Crc64, crc32c, crc64Nvme } from './crc.ts';

/** A checksum in the making; `digest` is base64, as in S3's headers. */
export type Running = { update(bytes: Uint8Array): void; digest(): string };

const bigEndian = (...words: readonly number[]): string => {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    bytes.writeUInt32BE(word, index * 4);
  });
  return bytes.toString('base64');
};

const running32 = (next: (bytes: Uint8Array, before: number) => number) => (): Running => {
  let value = 0;
  return {
    update: (bytes) => {
      value = next(bytes, value);
    },
    digest: () => bigEndian(value),
  };
};

const running64 = (): Running => {
  let value: Crc64 = { high: 0, low: 0 };
  return {
    update: (bytes) => {
      value = crc64Nvme(bytes, value);
    },
    digest: () => bigEndian(value.high, value.low),
  };
};

const runningHash = (algorithm: string) => (): Running => {
  const hash = createHash(algorithm);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest('base64'),
  };
};

/** Algorithms by their name in `x-amz-checksum-...`. */
export const CHECKSUMS = {
  crc32: running32((bytes, before) => crc32(bytes, before)),
  crc32c: running32(crc32c),
  crc64nvme: running64,
  sha1: runningHash('sha1'),
  sha256: runningHash('sha256'),
} as const satisfies Record<string, () => Running>;

/** Name of an algorithm, as in headers. */
export type ChecksumName = keyof typeof CHECKSUMS;

/** Checksums of a body by algorithm, base64. */
export type ChecksumValues = Partial<Record<ChecksumName, string>>;

/** Whether a checksum of that name is known. */
export const isChecksum = (name: string): name is ChecksumName => Object.hasOwn(CHECKSUMS, name);

/** What S3 calls the element or the end of the header: `ChecksumCRC32`. */
export const checksumElement = (name: ChecksumName): string => `Checksum${name.toUpperCase()}`;

/** S3's checksum of the checksums of parts; CRC-64 has none, it always covers the whole object. */
export const compositeChecksum = (name: ChecksumName, parts: readonly string[]): string => {
  const checksum = CHECKSUMS[name]();
  for (const part of parts) checksum.update(Buffer.from(part, 'base64'));
  return `${checksum.digest()}-${parts.length}`;
};
