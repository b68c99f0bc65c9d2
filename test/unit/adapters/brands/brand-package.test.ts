// Brands added to a package on disk by SVGs: the package stays sound, says which list it has, and is left alone when something is wrong.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { brandPackage } from '../../../../functions/adapters/brands/brand-package.ts';
import { onnxRun } from '../../../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../../../functions/adapters/model/package-folder.ts';
import { pointText } from '../../../../functions/captioner/analysis/logos/brands.ts';
import { logosStage } from '../../../../functions/captioner/analysis/logos/logos-stage.ts';
import { openStagePackage } from '../../../../functions/captioner/analysis/stage-package.ts';
import type { Attribute, Node } from '../../../../functions/hub/onnx/model.ts';
import { writeModel } from '../../../../functions/hub/onnx/write-model.ts';
import { stageFolder } from '../../../support/fake-stage-package.ts';
import { floats, floatTensor, graphOf, modelOf } from '../../../support/onnx-graphs.ts';
import { temporaryFolder } from '../../../support/tiny-package.ts';

const node = (opType: string, input: string[], output: string[], attribute: Attribute[] = []): Node => ({
  opType,
  input,
  output,
  attribute,
});
const ints = (name: string, values: number[]): Attribute => ({ name, type: 7, ints: values });
const int = (name: string, value: number): Attribute => ({ name, type: 2, i: value });

/** Mean of the left half and of the right half of each crop's red, less their mean: which side is brighter. */
const EMBED = modelOf(
  graphOf(
    [floats('crops', ['n', 3, 64, 64])],
    [floats('points', ['n', 2])],
    [node('Flatten', ['crops'], ['flat'], [int('axis', 1)]), node('MatMul', ['flat', 'halves'], ['points'])],
    [
      floatTensor(
        'halves',
        [3 * 64 * 64, 2],
        Array.from({ length: 3 * 64 * 64 }, (_, i) => (i % 64 < 32 ? [0.001, -0.0005] : [-0.0005, 0.001])).flat(),
      ),
    ],
  ),
);

/** Finds nothing: no box is sure enough. */
const DETECT = modelOf(
  graphOf(
    [floats('image', [1, 3, 32, 32])],
    [floats('boxes', [1, 4]), floats('scores', [1])],
    [
      node('ReduceMean', ['image'], ['mean'], [ints('axes', [0, 1, 2, 3]), int('keepdims', 0)]),
      node('Mul', ['mean', 'no'], ['scores']),
      node('Mul', ['mean', 'none'], ['boxes']),
    ],
    [floatTensor('no', [1], [0]), floatTensor('none', [1, 4], [0, 0, 0, 0])],
  ),
);

const settings = {
  side: 32,
  boxes: { atLeast: 0.3, most: 4, overlap: 0.5 },
  confidence: { score: 1, cosine: 1, lead: 0, bias: 0 },
  atLeast: 0.5,
};
const svg = (inside: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${inside}</svg>`;
const LEFT = svg('<path d="M0 0h12v24H0zM23 11h1v1h-1z"/>');

let folder: string;
let files: string;
beforeEach(async () => {
  files = await temporaryFolder();
  await writeFile(join(files, 'left.svg'), LEFT);
  folder = await stageFolder({
    kind: 'logos',
    graphs: {
      detect: { bytes: writeModel(DETECT, 'detect.onnx'), inputs: ['image'], outputs: ['boxes', 'scores'] },
      embed: { bytes: writeModel(EMBED, 'embed.onnx'), inputs: ['crops'], outputs: ['points'] },
    },
    files: {
      'brands.json': JSON.stringify({ schemaVersion: 1, points: 2, brands: [{ name: 'Acme', point: pointText(Float32Array.of(1, 1)) }] }),
    },
    settings,
  });
});

const opened = () => openStagePackage(packageFolder(folder), 'logos', (graph) => onnxRun(graph, { provider: 'cpu', threads: 1 }));

describe('the brands of a package', () => {
  it('are those of its list', async () => {
    expect(await brandPackage(folder, files).names()).toEqual(['Acme']);
  });

  it('take a new one by its SVG alone, and the package stays one that the service opens', async () => {
    const added = await brandPackage(folder, files).add('left.svg', 'Moto');
    expect(added).toMatchObject({ version: expect.stringMatching(/^1\+brands\.[0-9a-f]{8}$/), count: 2, nearest: { brand: 'Acme' } });
    const pkg = await opened();
    expect(logosStage(pkg).by).toBe(`tiny-logos@${added.version}`);
    expect(await brandPackage(folder, files).names()).toEqual(['Acme', 'Moto']);
  });

  it('are put anew instead of twice, and the same list gives the same version', async () => {
    const brands = brandPackage(folder, files);
    const first = await brands.add('left.svg', 'Moto');
    const again = await brands.add('left.svg', 'MOTO');
    expect(again.count).toBe(2);
    expect((await brands.add('left.svg', 'Moto')).version).toBe(first.version);
  });

  it('lose one by its name, back to a list without it', async () => {
    const brands = brandPackage(folder, files);
    await brands.add('left.svg', 'Moto');
    expect(await brands.remove('moto')).toMatchObject({ count: 1 });
    expect(await brands.names()).toEqual(['Acme']);
    await expect(brands.remove('moto')).rejects.toThrow('There is no brand "moto" here');
  });

  it('stay as they were when the SVG cannot be used', async () => {
    const before = await readFile(join(folder, 'manifest.json'), 'utf8');
    await writeFile(join(files, 'text.svg'), 'hello');
    await expect(brandPackage(folder, files).add('none.svg', 'Moto')).rejects.toThrow('cannot read');
    await expect(brandPackage(folder, files).add('text.svg', 'Moto')).rejects.toThrow('Expected an SVG');
    await expect(brandPackage(folder, files).add('left.svg', 'x'.repeat(200))).rejects.toThrow('brands.json');
    expect(await readFile(join(folder, 'manifest.json'), 'utf8')).toBe(before);
    expect(await brandPackage(folder, files).names()).toEqual(['Acme']);
  });

  it('are refused with a package that is not as its digests say', async () => {
    await writeFile(join(folder, 'brands.json'), '{}');
    await expect(brandPackage(folder, files).names()).rejects.toThrow('brands.json has sha256');
  });
});
