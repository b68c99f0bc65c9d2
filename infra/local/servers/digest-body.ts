// Runs over a body once: passes it on and computes its digests.
import { createHash } from 'node:crypto';
import { CHECKSUMS, type ChecksumName, type ChecksumValues } from './checksums.ts';
import { usedBuffer } from './young-garbage.ts';

/** What a body was; `md5` and `sha256` in hex, `sha256` only when asked for. */
export type Digests = { bytes: number; md5: string; sha256: string | undefined; checksums: ChecksumValues };

/** What to compute, and where the bytes go. */
export type DigestOptions = { checksums: readonly ChecksumName[]; sha256: boolean; write(bytes: Buffer): unknown };

/** Digests of a body, once it is written. */
export const digestBody = async (body: AsyncIterable<Buffer>, options: DigestOptions): Promise<Digests> => {
  const md5 = createHash('md5');
  const sha256 = options.sha256 ? createHash('sha256') : undefined;
  const running = options.checksums.map((name) => [name, CHECKSUMS[name]()] as const);
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    md5.update(chunk);
    sha256?.update(chunk);
    for (const [, checksum] of running) checksum.update(chunk);
    await options.write(chunk);
    usedBuffer(chunk.length);
  }
  const checksums = Object.fromEntries(running.map(([name, checksum]) => [name, checksum.digest()]));
  return { bytes, md5: md5.digest('hex'), sha256: sha256?.digest('hex'), checksums };
};
