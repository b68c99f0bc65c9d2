// Config and terminal -> what the brands command works on.
import { join } from 'node:path';
import { brandPackage } from '../adapters/brands/brand-package.ts';
import type { BrandsPorts } from '../handlers/brands/brands-command.ts';
import type { ModelsConfig } from './config.ts';

/** The ports of the brands command in a terminal: the package `logos` of the folder of packages. */
export const brandsPorts = (
  { modelsFolder, workingFolder }: Pick<ModelsConfig, 'modelsFolder' | 'workingFolder'>,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): BrandsPorts => ({
  brands: brandPackage(join(modelsFolder, 'logos'), workingFolder),
  out: (line) => void stdout.write(`${line}\n`),
  say: (line) => void stderr.write(`${line}\n`),
});
