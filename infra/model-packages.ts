// Which folders the model packages of a deployment are in: a name means models/<name>, everything else is a path.
import { existsSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../functions/core/errors.ts';

/** The root of the checkout. */
export const REPOSITORY = fileURLToPath(new URL('../', import.meta.url));

const isPath = (name: string): boolean => name.includes('/');

/**
 * The package's folder, and the name that it has in a layer or image.
 * @throws ConfigError when there is no package
 */
export const modelPackage = (setting: 'uploadModel' | 'gpuModel', name: string): { name: string; folder: string } => {
  const folder = isPath(name) ? resolve(REPOSITORY, name) : join(REPOSITORY, 'models', name);
  if (existsSync(join(folder, 'manifest.json'))) return { name: basename(folder), folder };
  throw new ConfigError(
    `setting ${setting}: expected a folder with a model package (manifest.json), received ${JSON.stringify(name)}; fix: -c ${setting}=m2 or the path of a package`,
  );
};

/**
 * The path below the checkout, with slashes: images are built from there.
 * @throws ConfigError when the package is elsewhere
 */
export const inCheckout = (folder: string): string => {
  const path = relative(REPOSITORY, folder);
  if (!path.startsWith('..') && resolve(folder) !== REPOSITORY) return path.split(sep).join('/');
  throw new ConfigError(
    `setting gpuModel: expected a package below the checkout, which the image is built from, received ${JSON.stringify(folder)}; fix: copy it to models/`,
  );
};
