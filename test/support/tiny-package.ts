// The tiny model package of test/fixtures, and changed copies of it.
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Folder of the committed tiny package. */
export const TINY = fileURLToPath(new URL('../fixtures/tiny-package', import.meta.url));

/** Folder of the sample photos. */
export const PHOTOS = fileURLToPath(new URL('../fixtures/photos', import.meta.url));

/** SHA-256 in hex. */
export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An empty folder that is removed after the test. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'caption-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A copy that may be damaged. */
export const copyOfTiny = async (): Promise<string> => {
  const folder = join(await temporaryFolder(), 'tiny');
  await cp(TINY, folder, { recursive: true });
  return folder;
};

type Json = Record<string, unknown>;

/** A sound copy with another manifest: digests of files and manifest are made again. */
export const tinyWith = async (change: (manifest: Json) => Json): Promise<string> => {
  const folder = await copyOfTiny();
  const manifest: Json = change(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const text = JSON.stringify(manifest);
  await writeFile(join(folder, 'manifest.json'), text);
  await writeFile(join(folder, 'manifest.sha256'), `${digestOf(Buffer.from(text))}  manifest.json\n`);
  return folder;
};

/** The sample photos' bytes, in the order of their names. */
export const samplePhotos = async (): Promise<{ bytes: Uint8Array }[]> => {
  const names = (await readdir(PHOTOS)).filter((name) => name.endsWith('.jpg')).toSorted();
  return await Promise.all(names.map(async (name) => ({ bytes: await readFile(join(PHOTOS, name)) })));
};
