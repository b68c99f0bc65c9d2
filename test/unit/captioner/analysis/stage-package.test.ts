// A stage's package is refused whenever it is not what its manifest says, and gives out only what the manifest names.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { packageFolder } from '../../../../functions/adapters/model/package-folder.ts';
import {
  openStagePackage,
  type PackagedStage,
  type StagePackage,
  stageSettings,
} from '../../../../functions/captioner/analysis/stage-package.ts';
import { PackageRefused } from '../../../../functions/core/errors.ts';
import { type StageOnDisk, stageFolder } from '../../../support/fake-stage-package.ts';

const GRAPH = { bytes: new Uint8Array([1, 2, 3]), inputs: ['image'], outputs: ['scores'] };
const SOUND: StageOnDisk = { kind: 'objects', graphs: { detect: GRAPH }, files: { 'labels.json': '["cat"]' }, settings: { side: 320 } };

const open = async (folder: string, kind: PackagedStage = 'objects'): Promise<StagePackage> =>
  await openStagePackage(packageFolder(folder), kind, async (graph) => async () => ({
    bytes: { data: graph instanceof Uint8Array ? [...graph] : [], dims: [] },
  }));

const refusalOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof PackageRefused) return thrown.message;
    throw thrown;
  }
  throw new Error('Expected PackageRefused');
};

describe('a stage package', () => {
  it('gives its graphs, files and settings by name', async () => {
    const pkg = await open(await stageFolder(SOUND));
    expect(pkg.by).toBe('tiny-objects@1');
    expect(await pkg.run('detect')({})).toEqual({ bytes: { data: [1, 2, 3], dims: [] } });
    expect(new TextDecoder().decode(pkg.file('labels.json'))).toBe('["cat"]');
    expect(stageSettings(pkg, z.object({ side: z.int() }))).toEqual({ side: 320 });
  });

  it('refuses what it does not hold, and settings of another form', async () => {
    const pkg = await open(await stageFolder(SOUND));
    expect(await refusalOf(() => pkg.run('embed'))).toMatch(/manifest\.json has no graph embed/);
    expect(await refusalOf(() => pkg.file('brands.json'))).toMatch(/brands\.json is used but not listed/);
    expect(await refusalOf(() => stageSettings(pkg, z.object({ side: z.string() })))).toMatch(
      /tiny-objects@1 refused: manifest\.json settings is not as expected: side/,
    );
  });

  it('is refused when it is for another stage', async () => {
    const folder = await stageFolder(SOUND);
    expect(await refusalOf(() => open(folder, 'logos'))).toMatch(/manifest\.json is of kind objects, expected logos/);
  });

  it.each([
    ['an unknown kind', { kind: 'weather' }, /kind/],
    ['an unlisted graph', { graphs: { detect: { file: 'other.onnx', inputs: ['a'], outputs: ['b'] } } }, /does not list other\.onnx/],
    ['no licence', { licence: undefined }, /licence/],
  ])('is refused with %s', async (_, change, expected) => {
    const folder = await stageFolder({ ...SOUND, change: (manifest) => ({ ...manifest, ...change }) });
    expect(await refusalOf(() => open(folder))).toMatch(expected);
  });

  it('is refused before a session is made when any file is damaged', async () => {
    const folder = await stageFolder(SOUND);
    await writeFile(join(folder, 'labels.json'), '["dog"]');
    const sessionFrom = vi.fn();
    expect(await refusalOf(() => openStagePackage(packageFolder(folder), 'objects', sessionFrom))).toMatch(/labels\.json has sha256/);
    expect(sessionFrom).not.toHaveBeenCalled();
  });
});
