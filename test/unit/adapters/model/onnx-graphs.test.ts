// Sessions of checked bytes and of checked files, and tensors of every type that goes round.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onnxGraphs } from '../../../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../../../functions/adapters/model/package-folder.ts';
import { captionPixels } from '../../../../functions/captioner/caption-pixels.ts';
import { openPackage } from '../../../../functions/captioner/package.ts';
import { copyOfTiny, TINY } from '../../../support/tiny-package.ts';

const CPU = { provider: 'cpu', threads: 1 } as const;
const SMALL = 100;
const noClock = (): number => 0;

describe('the graphs of a package', () => {
  it('say the same from files as from bytes, alone or beside other lanes', async () => {
    const modelPackage = await openPackage(packageFolder(TINY));
    const fromFiles = await openPackage(packageFolder(TINY, SMALL));
    const { width, height } = modelPackage.manifest.image;
    const pixels = [Uint8Array.from({ length: width * height * 3 }, (_, i) => i % 251)];
    const graphs = await onnxGraphs(modelPackage, CPU);
    const expected = await captionPixels(graphs, modelPackage, pixels, {}, noClock);
    expect(graphs.encoderBatch).toBe(1);
    for (const session of [CPU, { ...CPU, threads: 2, alone: true }]) {
      const other = await onnxGraphs(fromFiles, session);
      expect(await captionPixels(other, fromFiles, pixels, {}, noClock)).toEqual(expected);
    }
  });

  it('are refused when a file changed between its check and now', async () => {
    const folder = await copyOfTiny();
    const modelPackage = await openPackage(packageFolder(folder, SMALL));
    const decoder = join(folder, 'decoder.onnx');
    await writeFile(decoder, await readFile(decoder));
    await expect(onnxGraphs(modelPackage, CPU)).rejects.toMatchObject({ code: 'PACKAGE_REFUSED' });
  });

  it('name the type that they do not take', async () => {
    const { encode, step } = await onnxGraphs(await openPackage(packageFolder(TINY)), CPU);
    await expect(encode[0]?.({ image: { data: ['text'], dims: [1] } })).rejects.toThrow('Expected numbers that a graph takes');
    for (const [type, data] of [
      ['float16', Uint16Array.of(0)],
      ['bool', Uint8Array.of(1)],
      ['int32', Int32Array.of(1)],
    ] as const)
      await expect(step({ tokens: { data, dims: [1], type } })).rejects.not.toThrow('Expected numbers');
  });
});
