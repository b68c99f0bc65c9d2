// Fetches a model package from a bucket into a folder: whole and checked, or not at all. One worker at a time uses a folder.
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Manifest, manifestSchema } from '../../captioner/manifest.ts';
import { PackageRefused } from '../../core/errors.ts';
import { awsFacts, isTransient } from '../aws/aws-errors.ts';
import { pauseBeforeRetry } from '../aws/aws-requests.ts';

const MANIFEST = 'manifest.json';
const MANIFEST_DIGEST = 'manifest.sha256';
const MAX_MANIFEST_BYTES = 4_000_000;
/** Attempts to read one file. */
const MAX_READS = 5;
/** No byte for so long, in ms: the connection is dead. */
const SILENT_MS = 20_000;
const MB = 1_000_000;

type PackageFile = Manifest['files'][number];

/** The objects below `prefix` (without a slash at its end), whose manifest.json has this SHA-256. */
export type PackagePlace = { client: S3Client; bucket: string; prefix: string; digest: string };

const hexOf = (hash: Hash): string => hash.digest('hex');
const sha256 = (): Hash => createHash('sha256');

const refuse = ({ bucket, prefix }: PackagePlace, what: string, cause?: unknown): PackageRefused =>
  new PackageRefused(`model package s3://${bucket}/${prefix} refused: ${what}`, cause);

/** The body stopped coming. */
class Silent extends Error {}

async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  const dead = (): void => void body.destroy(new Silent(`no byte for ${SILENT_MS} ms`));
  let timer = setTimeout(dead, SILENT_MS);
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(dead, SILENT_MS);
    }
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

type Sink = (chunk: Uint8Array) => void | Promise<void>;

type Reading = { file: string; maxBytes: number; begin(): Sink | Promise<Sink> };

const readOnce = async (place: PackagePlace, { file, maxBytes, begin }: Reading): Promise<void> => {
  const { client, bucket, prefix } = place;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}/${file}` }));
  const sink = await begin();
  let bytes = 0;
  for await (const chunk of chunksOf(Body as Readable)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw refuse(place, `${file} has more than ${maxBytes} bytes`);
    await sink(chunk);
  }
};

/** Gives the bytes of one object to what `begin` makes anew for each attempt. @throws PackageRefused */
const readObject = async (place: PackagePlace, reading: Reading): Promise<void> => {
  for (let reads = 1; ; reads++) {
    try {
      return await readOnce(place, reading);
    } catch (thrown) {
      if (thrown instanceof PackageRefused) throw thrown;
      const { name, code } = awsFacts(thrown);
      const mayHelp = thrown instanceof Silent || isTransient(thrown);
      if (reads === MAX_READS || !mayHelp) throw refuse(place, `${reading.file} could not be read (${code || name})`, thrown);
    }
    await pauseBeforeRetry(reads);
  }
};

const parsed = (place: PackagePlace, bytes: Uint8Array): Manifest => {
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (thrown) {
    throw refuse(place, `${MANIFEST} is not as expected`, thrown);
  }
};

const readManifest = async (place: PackagePlace): Promise<{ bytes: Uint8Array; files: readonly PackageFile[] }> => {
  let chunks: Uint8Array[] = [];
  const begin = (): Sink => {
    chunks = [];
    return (chunk) => void chunks.push(chunk);
  };
  await readObject(place, { file: MANIFEST, maxBytes: MAX_MANIFEST_BYTES, begin });
  const bytes = Buffer.concat(chunks);
  const found = hexOf(sha256().update(bytes));
  if (found !== place.digest) throw refuse(place, `${MANIFEST} has sha256 ${found}, expected ${place.digest}`);
  return { bytes, files: parsed(place, bytes).files };
};

const written = async (path: string, write: (file: FileHandle) => Promise<void>): Promise<void> => {
  const file = await open(path, 'wx');
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
};

const fetchFile = async (place: PackagePlace, { path, bytes, sha256: expected }: PackageFile, folder: string): Promise<void> =>
  await written(join(folder, path), async (file) => {
    let hash = sha256();
    const begin = async (): Promise<Sink> => {
      hash = sha256();
      await file.truncate(0);
      let at = 0;
      return async (chunk) => {
        hash.update(chunk);
        await file.write(chunk, 0, chunk.length, at);
        at += chunk.length;
      };
    };
    await readObject(place, { file: path, maxBytes: bytes, begin });
    const found = hexOf(hash);
    if (found !== expected) throw refuse(place, `${path} has sha256 ${found}, expected ${expected}`);
  });

const digestOfFile = async (path: string): Promise<string> => {
  const hash = sha256();
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hexOf(hash);
};

/** Whether the package is there already, with exactly the bytes that the digest stands for. */
const isThere = async ({ digest }: PackagePlace, folder: string): Promise<boolean> => {
  try {
    const bytes = await readFile(join(folder, MANIFEST));
    if (hexOf(sha256().update(bytes)) !== digest) return false;
    const { files } = manifestSchema.parse(JSON.parse(bytes.toString('utf8')));
    for (const file of files) if ((await digestOfFile(join(folder, file.path))) !== file.sha256) return false;
    return (await readFile(join(folder, MANIFEST_DIGEST), 'utf8')).startsWith(digest);
  } catch {
    return false;
  }
};

const checkRoom = async (place: PackagePlace, parent: string, files: readonly PackageFile[]): Promise<void> => {
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { bavail, bsize } = await statfs(parent);
  if (needed <= bavail * bsize) return;
  throw refuse(place, `it needs ${Math.ceil(needed / MB)} MB, but ${parent} has room for ${Math.floor((bavail * bsize) / MB)} MB`);
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const clearParts = async (parent: string, partOf: string): Promise<void> => {
  await mkdir(parent, { recursive: true });
  const leftOver = (await readdir(parent)).filter((name) => name.startsWith(partOf));
  for (const name of leftOver) await rm(join(parent, name), { recursive: true, force: true });
};

const fetchAll = async (place: PackagePlace, part: string): Promise<void> => {
  const manifest = await readManifest(place);
  await checkRoom(place, dirname(part), manifest.files);
  await mkdir(part);
  for (const file of manifest.files) await fetchFile(place, file, part);
  await written(join(part, MANIFEST), (file) => file.writeFile(manifest.bytes));
  await written(join(part, MANIFEST_DIGEST), (file) => file.writeFile(`${place.digest}  ${MANIFEST}\n`));
  await syncFolder(part);
};

/**
 * Makes sure that the package is in `folder`, where nothing is that was not checked: it appears there whole.
 * @returns whether it had to be fetched
 * @throws PackageRefused naming the file, what was expected and what was found
 */
export const fetchPackage = async (place: PackagePlace, folder: string): Promise<boolean> => {
  const parent = dirname(folder);
  const partOf = `.${basename(folder)}.part-`;
  const part = join(parent, `${partOf}${randomUUID()}`);
  try {
    await clearParts(parent, partOf);
    if (await isThere(place, folder)) return false;
    // what is not the package must not be taken for it while this one comes
    await rm(folder, { recursive: true, force: true });
    await fetchAll(place, part);
    await rename(part, folder);
    await syncFolder(parent);
    return true;
  } catch (thrown) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    throw thrown instanceof PackageRefused ? thrown : refuse(place, `it cannot be written to ${parent}`, thrown);
  }
};

/** @throws PackageRefused when the package in `folder` is another than the one with this SHA-256 of its manifest */
export const checkPackageDigest = async (folder: string, digest: string): Promise<void> => {
  const found = await readFile(join(folder, MANIFEST)).catch(() => undefined);
  if (found === undefined) throw new PackageRefused(`model package ${folder} refused: ${MANIFEST} is missing`);
  const has = hexOf(sha256().update(found));
  if (has !== digest) throw new PackageRefused(`model package ${folder} refused: ${MANIFEST} has sha256 ${has}, expected ${digest}`);
};
