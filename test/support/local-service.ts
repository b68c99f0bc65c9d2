// The local run for tests: on a temporary folder, with the tiny package, any free ports, and an assembly that all tests share.
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../../infra/local/environment.ts';
import { type LocalOptions, type LocalService, startLocal } from '../../infra/local/service.ts';

/** A model package of 10 kB. */
export const TINY_PACKAGE = fileURLToPath(new URL('../fixtures/tiny-package', import.meta.url));

const PHOTOS = fileURLToPath(new URL('../fixtures/photos/', import.meta.url));
/** Assemblies that all tests share: making one takes seconds. */
export const ASSEMBLIES = join(tmpdir(), 'caption-on-upload-assemblies');
const POLL_MS = 50;
const GIVE_UP_MS = 50_000;

/** A photo of test/fixtures/photos. */
export const photo = (name: string): Promise<Buffer> => readFile(`${PHOTOS}${name}`);

/** A new empty folder. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'caption-on-upload-'));

/** Starts the service for a test; `lines` gets what it logs. */
export const startForTest = async (
  wishes: Partial<LocalOptions> & { dataFolder: string },
): Promise<{ service: LocalService; lines: string[]; s3: S3Client }> => {
  const lines: string[] = [];
  const service = await startLocal({
    port: 0,
    s3Port: 0,
    open: true,
    log: (line) => lines.push(line),
    assemblyFolder: ASSEMBLIES,
    ...wishes,
    context: { uploadModel: TINY_PACKAGE, ...wishes.context },
  });
  return { service, lines, s3: new S3Client(clientSettings(service.s3Url)) };
};

/** An image as the API shows it, as far as tests look. */
export type ShownImage = {
  id: string;
  key: string;
  state: string;
  reason?: string;
  etag?: string;
  revision: number;
  texts: { alt?: { text: string } };
  machine?: { model: string; route: string };
  picture?: { sha256: string };
};

/** The image of a key; undefined while there is none. */
export const imageOf = async (service: LocalService, key: string): Promise<ShownImage | undefined> => {
  const response = await fetch(`${service.apiUrl}/v1/images?${new URLSearchParams({ key })}`);
  return response.ok ? ((await response.json()) as ShownImage) : undefined;
};

/** Waits until `find` finds something. @throws Error naming what was waited for */
export const eventually = async <T>(what: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  const until = Date.now() + GIVE_UP_MS;
  while (Date.now() < until) {
    const found = await find();
    if (found !== undefined) return found;
    await setTimeout(POLL_MS);
  }
  throw new Error(`waited in vain for: ${what}`);
};

/** The image of a key when it is final; of this version when an etag is given. */
export const finalImage = (service: LocalService, key: string, etag?: string): Promise<ShownImage> =>
  eventually(`a final record of ${key}`, async () => {
    const image = await imageOf(service, key);
    const isFinal = image !== undefined && image.state !== 'PENDING' && (etag === undefined || image.etag === etag.replaceAll('"', ''));
    return isFinal ? image : undefined;
  });

/** Whether a process is there. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
