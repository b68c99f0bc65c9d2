// Stage packages for tests: of functions instead of graphs, and folders on disk with digests that are right.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackagedStage, StagePackage } from '../../functions/captioner/analysis/stage-package.ts';
import type { Run } from '../../functions/captioner/graphs.ts';
import { digestOf, temporaryFolder } from './tiny-package.ts';

/** What a fake package is made of; graphs are functions by name. */
export type FakeStage = { settings?: unknown; runs?: Record<string, Run>; files?: Record<string, Uint8Array<ArrayBuffer>> };

/** A package in memory, `fake-<kind>@1`. */
export const fakeStagePackage = (kind: PackagedStage, { settings = {}, runs = {}, files = {} }: FakeStage = {}): StagePackage => {
  const taken = <T>(from: Record<string, T>, name: string): T => {
    const found = from[name];
    if (found === undefined) throw new Error(`the fake package has no ${name}`);
    return found;
  };
  return {
    manifest: {
      schemaVersion: 1,
      kind,
      name: `fake-${kind}`,
      version: '1',
      graphs: {},
      settings,
      licence: 'none',
      startedFrom: [],
      trainingData: [],
      metrics: [],
      files: [],
    },
    by: `fake-${kind}@1`,
    run: (graph) => taken(runs, graph),
    file: (path) => taken(files, path),
  };
};

/** What a package on disk is made of: its graphs' bytes and names, other files as text, and its settings. */
export type StageOnDisk = {
  kind: PackagedStage;
  graphs?: Record<string, { bytes: Uint8Array; inputs: string[]; outputs: string[] }>;
  files?: Record<string, string>;
  settings?: unknown;
  change?: (manifest: Record<string, unknown>) => Record<string, unknown>;
};

/** Writes a sound package, `tiny-<kind>@1`, into a folder that is removed after the test. */
export const stageFolder = async ({ kind, graphs = {}, files = {}, settings = {}, change = (m) => m }: StageOnDisk): Promise<string> => {
  const folder = join(await temporaryFolder(), kind);
  await mkdir(folder);
  const parts = new Map<string, Uint8Array>([
    ...Object.entries(graphs).map(([name, { bytes }]): [string, Uint8Array] => [`${name}.onnx`, bytes]),
    ...Object.entries({ 'MODEL_CARD.md': '# tiny\n', ...files }).map(([name, text]): [string, Uint8Array] => [name, Buffer.from(text)]),
  ]);
  for (const [name, bytes] of parts) await writeFile(join(folder, name), bytes);
  const manifest = change({
    schemaVersion: 1,
    kind,
    name: `tiny-${kind}`,
    version: '1',
    graphs: Object.fromEntries(
      Object.entries(graphs).map(([name, { inputs, outputs }]) => [name, { file: `${name}.onnx`, inputs, outputs }]),
    ),
    settings,
    licence: 'none',
    startedFrom: [],
    trainingData: [],
    metrics: [],
    files: [...parts].map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: digestOf(bytes) })),
  });
  const text = JSON.stringify(manifest);
  await writeFile(join(folder, 'manifest.json'), text);
  await writeFile(join(folder, 'manifest.sha256'), `${digestOf(Buffer.from(text))}  manifest.json\n`);
  return folder;
};
