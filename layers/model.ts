// The Lambda layer with a model package: /opt/models/<name>. Only bytes that were checked against the package's digests go in.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../functions/core/errors.ts';

const COPY = fileURLToPath(new URL('./copy-package.ts', import.meta.url));

/** Folder of the packages in the layer; below /opt in Lambda. */
export const LAYER_MODELS = 'models';

/**
 * Makes the layer's folder anew: models/<name>/ with the whole package. Synchronous as building assets is, so a process does it.
 * @throws ConfigError when the package is refused, with the file, the expected and the found digest
 */
export const buildModelLayer = (packageFolder: string, outFolder: string): void => {
  const target = join(outFolder, LAYER_MODELS, basename(packageFolder));
  rmSync(target, { recursive: true, force: true });
  try {
    execFileSync(process.execPath, [COPY, packageFolder, target], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  } catch (thrown) {
    const told = thrown instanceof Error && 'stderr' in thrown ? String(thrown.stderr).trim() : '';
    throw new ConfigError(
      `${told === '' ? `model package ${packageFolder} could not be copied: ${String(thrown)}` : told}; fix: restore that file, or -c uploadModel=NAME of another package`,
    );
  }
};
