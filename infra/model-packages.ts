// Where the model packages of a deployment are: a name means models/<name> or models/pulled/<name>, s3:// a bucket, everything else a path.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGED_STAGES } from '../functions/captioner/analysis/stage-package.ts';
import { ConfigError } from '../functions/core/errors.ts';
import type { Stage } from '../functions/core/facts/facts.ts';

/** The root of the checkout. */
export const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));

/** Folders of packages that are known by their names, below the checkout: those of this repository, and those pulled from a hub. */
const PLACES = ['models', 'models/pulled'] as const;

/** The file that makes a folder a package. */
const MANIFEST = 'manifest.json';

/**
 * What `workerModel` may be besides a name or a path: a package in a bucket, pinned by the SHA-256 of its manifest.json. The last part of the
 * prefix names the folder that the worker replaces, so it has to be a plain name.
 */
export const BUCKET_PACKAGE =
  /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/((?:[^\s@*?$/]+\/)*[A-Za-z0-9_][A-Za-z0-9._-]*)\/?@sha256:([0-9a-f]{64})$/;

/** A package in a folder; `model` is name@version, `digest` the SHA-256 of its manifest. */
export type FolderPackage = { kind: 'folder'; name: string; folder: string; model: string; digest: string };

/** A package below a prefix (without the slash at its end) of a bucket. */
export type BucketPackage = { kind: 'bucket'; name: string; bucket: string; prefix: string; digest: string };

/** Whether a folder holds a package. */
export const isPackage = (folder: string): boolean => existsSync(join(folder, MANIFEST));

/** The folder that a name or path means, whether or not a package is there; paths are relative to the checkout. */
export const folderOf = (name: string): string => {
  if (name.includes('/')) return resolve(REPOSITORY, name);
  const [own = '', ...others] = PLACES.map((place) => join(REPOSITORY, place, name));
  return [own, ...others].find(isPackage) ?? own;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** name@version, as a manifest says; undefined when it does not. */
const modelOf = (manifest: string): string | undefined => {
  try {
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(manifest) ?? {};
    return isText(name) && isText(version) ? `${name}@${version}` : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Folders of the packages of those stages that have one.
 * @throws ConfigError when one is missing
 */
export const stagePackages = (stages: readonly Stage[]): string[] =>
  PACKAGED_STAGES.filter((stage) => stages.includes(stage)).map((stage) => {
    const folder = join(REPOSITORY, 'models', stage);
    if (isPackage(folder)) return folder;
    throw new ConfigError(
      `setting analysis: expected a package (manifest.json) in models/${stage}, received none; fix: restore that folder, or -c analysis=${stages.filter((other) => other !== stage).join(',') || 'off'}`,
    );
  });

/** @throws ConfigError when there is no package */
export const modelPackage = (setting: 'uploadModel' | 'workerModel', name: string): FolderPackage => {
  const folder = folderOf(name);
  if (!isPackage(folder)) {
    throw new ConfigError(
      `setting ${setting}: expected a folder with a model package (manifest.json), received ${JSON.stringify(name)}; fix: -c ${setting}=m2 or the path of a package`,
    );
  }
  const bytes = readFileSync(join(folder, MANIFEST));
  const model = modelOf(bytes.toString('utf8'));
  if (model === undefined) {
    throw new ConfigError(
      `setting ${setting}: expected a model package whose manifest.json has a name and a version, received ${JSON.stringify(name)}; fix: make or pull it anew (npm run models -- verify says what is wrong), or -c ${setting}=m2`,
    );
  }
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'folder', name: basename(folder), folder, model, digest };
};

/** The worker's package. @throws ConfigError when there is none */
export const workerPackage = (name: string): FolderPackage | BucketPackage => {
  const [, bucket, prefix, digest] = BUCKET_PACKAGE.exec(name) ?? [];
  if (bucket === undefined || prefix === undefined || digest === undefined) return modelPackage('workerModel', name);
  return { kind: 'bucket', name: basename(prefix), bucket, prefix, digest };
};

/**
 * The path below the checkout, with slashes: images are built from there.
 * @throws ConfigError when the package is elsewhere
 */
export const inCheckout = (folder: string): string => {
  const path = relative(REPOSITORY, folder);
  if (!path.startsWith('..') && resolve(folder) !== REPOSITORY) return path.split(sep).join('/');
  throw new ConfigError(
    `setting workerModel: expected a package below the checkout, which the image is built from, received ${JSON.stringify(folder)}; fix: copy it to models/, or to a bucket (s3://BUCKET/PREFIX@sha256:DIGEST)`,
  );
};
