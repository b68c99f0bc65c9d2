// What a package's manifest says to those who list packages. It reads no graph and checks no digest.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { stageManifestSchema } from '../../captioner/analysis/stage-package.ts';
import { manifestSchema } from '../../captioner/manifest.ts';
import type { PackageSummary } from '../../core/models/models-ports.ts';

/** The file that makes a folder a package. */
export const MANIFEST = 'manifest.json';

const origin = z.object({ repository: z.string(), revision: z.string(), dtype: z.string(), licence: z.string() });

/** What manifests say besides what the runtime needs. */
const told = z.object({
  precision: z.string().optional(),
  license: z.string().optional(),
  licence: z.string().optional(),
  source: z.unknown().optional(),
});

const parsed = async (folder: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
  } catch {
    return undefined;
  }
};

type Described = Pick<PackageSummary, 'name' | 'version' | 'styles' | 'stage'> & { files: readonly { bytes: number }[] };

/** What the manifest of a captioner, or of a stage of the analysis, says of itself. */
const described = (json: unknown): Described | undefined => {
  const captioner = manifestSchema.safeParse(json).data;
  if (captioner !== undefined) return { ...captioner, styles: Object.keys(captioner.tokens.styles) };
  const stage = stageManifestSchema.safeParse(json).data;
  return stage && { ...stage, styles: [], stage: stage.kind };
};

/** Undefined when the manifest cannot be read, or is not as this version expects. */
export const packageSummary = async (folder: string): Promise<PackageSummary | undefined> => {
  const json = await parsed(folder);
  const manifest = described(json);
  const also = told.safeParse(json).data;
  if (manifest === undefined || also === undefined) return undefined;
  const source = origin.safeParse(also.source).data;
  return {
    name: manifest.name,
    version: manifest.version,
    repository: source?.repository,
    revision: source?.revision,
    dtype: source?.dtype ?? also.precision ?? (manifest.stage === undefined ? 'fp32' : 'not told'),
    licence: source?.licence ?? also.licence ?? also.license ?? 'none named',
    styles: manifest.styles,
    ...(manifest.stage !== undefined && { stage: manifest.stage }),
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    files: manifest.files.length,
  };
};
