// A package of one stage of the analysis: graphs, what the stage is told, and files, checked as those of a captioner (package-files.ts).
import * as z from 'zod';
import type { Run } from '../graphs.ts';
import { fileName, names } from '../manifest-forms.ts';
import {
  asSchema,
  type CheckedFiles,
  checkFiles,
  type GraphSource,
  MANIFEST,
  type PackageReader,
  packageFile,
  refuse,
} from '../package-files.ts';

/** Stages whose findings come from graphs; `colours` and `quality` are computed. */
export const PACKAGED_STAGES = ['objects', 'attributes', 'text', 'logos'] as const;

/** An entry of `PACKAGED_STAGES`. */
export type PackagedStage = (typeof PACKAGED_STAGES)[number];

const graph = z.object({ file: fileName, inputs: names, outputs: names });

/** manifest.json of a stage's package, schema version 1; `settings` are the stage's own affair, the rest is for people. */
export const stageManifestSchema = z
  .looseObject({
    schemaVersion: z.literal(1),
    kind: z.enum(PACKAGED_STAGES),
    name: z.string().min(1),
    version: z.string().min(1),
    graphs: z.record(z.string().min(1), graph),
    settings: z.unknown(),
    licence: z.string().min(1),
    startedFrom: z.array(z.string()),
    trainingData: z.array(z.string()),
    metrics: z.array(z.unknown()),
    files: z.array(packageFile).min(1),
  })
  .check(({ value, issues }) => {
    const listed = new Set(value.files.map(({ path }) => path));
    for (const { file } of Object.values(value.graphs))
      if (!listed.has(file))
        issues.push({ code: 'custom', message: `does not list ${file}, which is used`, path: ['files'], input: value });
  });

/** A checked manifest. */
export type StageManifest = z.output<typeof stageManifestSchema>;

/** A stage's package, ready to run. */
export type StagePackage = {
  readonly manifest: StageManifest;
  /** name@version */
  readonly by: string;
  /** one of the manifest's graphs by its name; the tensors are named as the manifest says. @throws PackageRefused when there is none */
  run(graph: string): Run;
  /** bytes of a file that is no graph. @throws PackageRefused when the manifest does not list it */
  file(path: string): Uint8Array<ArrayBuffer>;
};

/** The manifest's settings as the stage wants them. @throws PackageRefused naming the first three problems */
export const stageSettings = <T>({ manifest, by }: Pick<StagePackage, 'manifest' | 'by'>, schema: z.ZodType<T>): T =>
  asSchema({ where: by }, `${MANIFEST} settings`, manifest.settings, schema);

/** Makes a session of a checked graph. */
export type SessionFrom = (graph: GraphSource) => Promise<Run>;

const graphFiles = ({ graphs }: StageManifest): string[] => Object.values(graphs).map(({ file }) => file);

/** Reads and checks a stage's package without running it. @throws PackageRefused naming the file and what is wrong */
export const checkStagePackage = async (reader: PackageReader): Promise<CheckedFiles<StageManifest>> =>
  await checkFiles(reader, stageManifestSchema, graphFiles);

/**
 * Opens a stage's package and makes its sessions.
 * @throws PackageRefused naming the file and what is wrong, before any session is made; whatever `sessionFrom` throws
 */
export const openStagePackage = async (reader: PackageReader, kind: PackagedStage, sessionFrom: SessionFrom): Promise<StagePackage> => {
  const { manifest, graph, bytes } = await checkStagePackage(reader);
  if (manifest.kind !== kind) throw refuse(reader, MANIFEST, `is of kind ${manifest.kind}, expected ${kind}`);
  const runs = new Map<string, Run>();
  for (const [name, { file }] of Object.entries(manifest.graphs)) runs.set(name, await sessionFrom(graph(file)));
  return {
    manifest,
    by: `${manifest.name}@${manifest.version}`,
    run(name) {
      const run = runs.get(name);
      if (run === undefined) throw refuse(reader, MANIFEST, `has no graph ${name}, which the stage runs`);
      return run;
    },
    file: bytes,
  };
};
