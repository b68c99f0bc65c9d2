// Digests of a file on disk, read once from its beginning to its end.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The digests by which a hub knows a file. */
export type FileDigests = { bytes: number; sha256: string; 'git-sha1': string };

/** @throws what the file system throws */
export const digestsOf = async (file: string): Promise<FileDigests> => {
  const { size } = await stat(file);
  const sha256 = createHash('sha256');
  const gitBlob = createHash('sha1').update(`blob ${size}\0`);
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    sha256.update(chunk);
    gitBlob.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sha256.digest('hex'), 'git-sha1': gitBlob.digest('hex') };
};
